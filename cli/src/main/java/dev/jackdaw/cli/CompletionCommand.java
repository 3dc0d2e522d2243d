package dev.jackdaw.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `jackdaw completion`: a script that lets the shell complete commands and options.
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = "Prints a script that lets bash or zsh complete commands and options.",
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {"  source <(jackdaw completion bash)", "  jackdaw completion zsh >> ~/.zshrc"})
final class CompletionCommand implements Callable<Integer> {
    /// zsh runs the same script through its emulation of bash's completion, which it sets up itself.
    enum Shell {
        BASH,
        ZSH
    }

    private final Terminal terminal;

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    Shell shell = Shell.BASH;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    CommandSpec spec;

    CompletionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        terminal.out().println(AutoComplete.bash("jackdaw", spec.root().commandLine()));
        return ExitStatus.DONE.code();
    }
}
