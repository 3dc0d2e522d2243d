package dev.jackdaw.peer.disk;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.jackdaw.fuzz.Bounds;
import dev.jackdaw.protocol.ProtocolException;

/// The files of the state directory: another program may have written anything there.
class StateFuzzTest {
    @FuzzTest
    void resumeRecord(byte[] input) {
        Bounds.hold(() -> {
            ResumeRecord read = ResumeRecord.decode(input);
            ResumeRecord again = ResumeRecord.decode(read.encode());
            if (!again.have().equals(read.have()) || !again.state().equals(read.state())) {
                throw new AssertionError("not the same when written and read again");
            }
        });
    }

    @FuzzTest
    void stateFile(byte[] input) {
        Bounds.hold(() -> {
            SimulatedMachine machine = new SimulatedMachine();
            machine.put("state/x", input);
            StateFiles.Loaded loaded = new StateFiles(machine.folder("state")).read("x");
            if (loaded.content().isEmpty() && loaded.complaints().isEmpty()) {
                throw new AssertionError("lost without a word");
            }
        });
    }

    @FuzzTest
    void journal(byte[] input) {
        Bounds.hold(() -> {
            SimulatedMachine machine = new SimulatedMachine();
            machine.put("state/journal.0", input);
            new PieceJournal(machine.folder("state")).readSince(0);
        });
    }

    /// A whole start with such a record: the torrent starts, whatever it says.
    @FuzzTest
    void recall(byte[] input) {
        Bounds.hold(() -> {
            SimulatedMachine machine = new SimulatedMachine();
            try {
                new StateFiles(machine.folder("state")).write("resume", ResumeRecord.VERSION, input);
                ResumeRecord.decode(input);
            } catch (ProtocolException e) {
                if (ResumeFile.open(machine.folder("state")).complaints().isEmpty()) {
                    throw new AssertionError("refused without a word", e);
                }
            }
            ResumeFile.open(machine.folder("state")).state();
        });
    }
}
