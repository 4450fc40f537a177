package io.kubelab.world;

import io.kubelab.remote.CommandResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a program does to a host, and what it prints. */
@FunctionalInterface
public interface Program {
    CommandResult run(FakeHost host, Call call);

    /**
     * @param words the arguments, without the program's name
     */
    record Call(List<String> words, Map<String, String> environment, String input) {
        /** The words that are no options. */
        public List<String> operands() {
            return words.stream().filter(w -> !w.startsWith("-")).toList();
        }

        public boolean has(String word) {
            return words.contains(word);
        }

        /** The value of {@code --name=value} or {@code --name value}. */
        public String option(String name) {
            for (int i = 0; i < words.size(); i++) {
                if (words.get(i).equals(name)) {
                    return words.get(i + 1);
                } else if (words.get(i).startsWith(name + "=")) {
                    return words.get(i).substring(name.length() + 1);
                }
            }
            return "";
        }
    }

    /** This for each line of its input, if it is told so by {@code -batch -} (ip(8)). */
    default Program batched() {
        return (host, call) -> {
            int batch = call.words().indexOf("-batch");
            if (batch < 0) {
                return run(host, call);
            }
            var out = new StringBuilder();
            for (String line : call.input().lines().toList()) {
                var words = new ArrayList<>(call.words().subList(0, batch));
                words.addAll(List.of(line.split(" ", -1)));
                CommandResult result = run(host, new Call(words, call.environment(), ""));
                out.append(result.out());
                if (!result.ok()) {
                    return new CommandResult(result.exit(), out.toString(), result.err());
                }
            }
            return prints(out.toString());
        };
    }

    static CommandResult prints(String out) {
        return new CommandResult(0, out, "");
    }

    static CommandResult fails(int exit, String err) {
        return new CommandResult(exit, "", err);
    }
}
