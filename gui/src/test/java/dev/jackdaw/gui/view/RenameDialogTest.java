package dev.jackdaw.gui.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.gui.Desk;
import dev.jackdaw.gui.model.Fixtures;
import dev.jackdaw.gui.model.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javafx.scene.control.Button;
import javafx.scene.control.TextField;
import javafx.stage.Stage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RenameDialogTest {
    private final List<String> names = new ArrayList<>();

    @BeforeAll
    static void startToolkit() {
        Desk.startToolkit();
    }

    private record Fields(TextField name, Button ok) {}

    /// Opens the dialog for a name, and does something with it.
    private void on(String name, Consumer<Fields> work) {
        Desk.run(() -> {
            Stage owner = new Stage();
            owner.show();
            Theming theming = new Theming(Settings.defaults(Path.of("/home")).appearance());
            new RenameDialog(owner, theming, Fixtures.ENGLISH, name, names::add).open();
            work.accept(new Fields((TextField) Desk.lookUp("rename-name").orElseThrow(), (Button)
                    Desk.lookUp("rename-ok").orElseThrow()));
            owner.close();
        });
    }

    @Test
    void takesANameThatIsAnotherOneWithoutTheSpaceAroundIt() {
        on("old.iso", fields -> {
            fields.name().setText("  new.iso ");
            fields.ok().fire();
        });

        assertEquals(List.of("new.iso"), names);
    }

    @Test
    void refusesNoNameAndTheOneThatItHas() {
        on("old.iso", fields -> {
            assertTrue(fields.ok().isDisabled());
            fields.name().setText(" ");
            assertTrue(fields.ok().isDisabled());
            fields.name().setText("old.iso ");
            assertTrue(fields.ok().isDisabled());
            fields.name().setText("other.iso");
            assertFalse(fields.ok().isDisabled());
        });

        assertEquals(List.of(), names);
    }

    @Test
    void choosesTheNameAndLeavesTheExtension() {
        on("archive.tar.gz", fields -> assertEquals("archive.tar", fields.name().getSelectedText()));
        on("folder", fields -> assertEquals("folder", fields.name().getSelectedText()));
        on(".hidden", fields -> assertEquals(".hidden", fields.name().getSelectedText()));
    }
}
