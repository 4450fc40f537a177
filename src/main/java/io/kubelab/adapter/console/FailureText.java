package io.kubelab.adapter.console;

import io.kubelab.adapter.console.Painter.Ink;
import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.LabException;
import io.kubelab.failure.Problem;
import java.util.ArrayList;
import java.util.List;

/** How a failure is told: what happened, what the command printed, what to do. */
public final class FailureText {
    private static final int EVIDENCE_LINES = 30;

    private FailureText() {}

    public static List<String> lines(LabException failure, Painter painter) {
        var lines = new ArrayList<String>();
        if (failure instanceof InvalidInput input) {
            for (Problem problem : input.problems()) {
                lines.add(painter.paint(Ink.BAD, "error:") + " " + problem);
            }
        } else {
            lines.add(painter.paint(Ink.BAD, "error:") + " " + failure.getMessage());
        }
        List<String> evidence = failure.evidence().lines().map(FailureText::printable).toList();
        if (evidence.size() > EVIDENCE_LINES) {
            lines.add(
                    painter.paint(
                            Ink.FAINT,
                            "  | (%d lines before these)"
                                    .formatted(evidence.size() - EVIDENCE_LINES)));
        }
        evidence.stream()
                .skip(Math.max(0, evidence.size() - EVIDENCE_LINES))
                .forEach(line -> lines.add(painter.paint(Ink.FAINT, "  | ") + line));
        lines.add(painter.paint(Ink.STRONG, "remedy:") + " " + failure.remedy());
        return lines;
    }

    /** What a program printed, without what would move the cursor or change colours. */
    static String printable(String line) {
        return line.replaceAll("\u001b\\[[0-9;?]*[ -/]*[@-~]", "")
                .replace('\t', ' ')
                .replaceAll("\\p{Cntrl}", "");
    }
}
