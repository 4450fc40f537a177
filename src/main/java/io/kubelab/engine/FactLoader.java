package io.kubelab.engine;

import io.kubelab.cluster.ClusterClient;
import io.kubelab.engine.Epochs.Scope;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Inventory;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import io.kubelab.step.Lab;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads facts, many at a time. Steps ask on threads of their own, several steps at once (a {@link
 * Gathering}); as soon as all of them wait for an answer, every open question goes out, those for
 * one host in one round trip. Answers are kept and shared as long as {@link Epochs} says that they
 * count; failures are not kept.
 */
final class FactLoader {
    private final Lab lab;
    private final Peers peers;
    private final Epochs epochs;

    private final Object lock = new Object();
    private final Map<Question, Reading> memo = new HashMap<>();
    private final Map<String, Channel> channels = new HashMap<>();

    FactLoader(Lab lab, Peers peers, Epochs epochs) {
        this.lab = lab;
        this.peers = peers;
        this.epochs = epochs;
    }

    /** Equal questions have equal answers, as long as nothing changes. */
    private record Question(Host host, Fact<?> fact) {}

    /** A file on the machine whose shell sees it. */
    record FileAt(Scope.Shell shell, String path) {}

    /** A question on its way to an answer. */
    final class Reading {
        private final Question question;
        private final Scope scope;
        private final CompletableFuture<Object> answer = new CompletableFuture<>();
        private final List<Gathering> waiting = new ArrayList<>();
        private boolean sent;
        private long stamp;

        private Reading(Question question) {
            this.question = question;
            this.scope =
                    switch (question.fact()) {
                        case Fact.OfHost<?> _ -> epochs.shell(question.host());
                        case Fact.OfVirthost<?> _ -> Scope.Shared.HYPERVISOR;
                        case Fact.OfCluster<?> _ -> Scope.Shared.CLUSTER;
                        case Fact.OfWorkstation<?> _ -> Scope.Shared.WORKSTATION;
                    };
        }

        /** Whether it was asked after {@code since} and nothing has changed it after that. */
        boolean counts(long since) {
            synchronized (lock) {
                return !sent || (stamp >= since && epochs.unmoved(scope, stamp));
            }
        }
    }

    /** Thrown into steps whose answers nobody wants any more. */
    static final class Abandoned extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Abandoned() {
            super("nobody wants to know any more", null, false, false);
        }
    }

    /**
     * Steps that are evaluated at the same time and whose questions go out together.
     *
     * <p>All fields are guarded by the loader's lock.
     */
    final class Gathering {
        private final long since;
        private final Map<Question, Reading> open = new LinkedHashMap<>();
        private int thinking;
        private int inFlight;
        private boolean abandoned;
        private @Nullable Asker head;

        /**
         * @param since answers that were asked before this change don't count
         */
        Gathering(long since) {
            this.since = since;
        }

        /** To be called for all that start at the same time, before any of them runs. */
        Asker asker() {
            synchronized (lock) {
                thinking++;
                return new Asker(this);
            }
        }

        /** The one whose answers are not kept waiting by those for others. */
        void head(Asker asker) {
            synchronized (lock) {
                head = asker;
                sendWhenAllWait();
            }
        }

        void abandon() {
            synchronized (lock) {
                abandoned = true;
                open.values().forEach(reading -> failed(reading, new Abandoned()).run());
                open.clear();
            }
        }

        private void sendWhenAllWait() {
            if (thinking > 0 || open.isEmpty()) {
                return;
            }
            boolean urgent = head != null && head.waitsFor != null && !head.waitsFor.sent;
            if (inFlight > 0 && !urgent) {
                return; // some will ask again when these arrive: one round trip for all
            }
            var going = List.copyOf(open.values());
            open.clear();
            send(going, since);
        }
    }

    /** What one step asks; used by one thread. */
    final class Asker {
        private final Gathering gathering;
        private final Map<Question, Reading> asked = new LinkedHashMap<>();
        private @Nullable Reading waitsFor;
        private boolean done;

        private Asker(Gathering gathering) {
            this.gathering = gathering;
        }

        <T> T ask(Host host, Fact<T> fact) {
            Reading reading = reading(question(host, fact));
            @SuppressWarnings("unchecked") // a reading's answer is what its fact made
            T answer = (T) get(reading.answer);
            return answer;
        }

        /** All questions are open before the first answer is waited for: they go out together. */
        <T> List<T> askAll(Host host, List<? extends Fact<? extends T>> facts) {
            synchronized (lock) {
                facts.forEach(fact -> asked.computeIfAbsent(question(host, fact), this::find));
            }
            return facts.stream().<T>map(fact -> ask(host, fact)).toList();
        }

        private Question question(Host host, Fact<?> fact) {
            return new Question(
                    switch (fact) {
                        case Fact.OfHost<?> _ -> host;
                        case Fact.OfVirthost<?> _ -> lab.virthost(host);
                        case Fact.OfCluster<?> _, Fact.OfWorkstation<?> _ ->
                                lab.inventory().host(Inventory.WORKSTATION);
                    },
                    fact);
        }

        private Reading reading(Question question) {
            synchronized (lock) {
                if (gathering.abandoned) {
                    throw new Abandoned();
                }
                Reading reading = asked.computeIfAbsent(question, this::find);
                if (!reading.answer.isDone()) {
                    reading.waiting.add(gathering);
                    gathering.inFlight += reading.sent ? 1 : 0;
                    waitsFor = reading;
                    gathering.thinking--;
                    gathering.sendWhenAllWait();
                    lock.notifyAll();
                }
                return reading;
            }
        }

        private Reading find(Question question) {
            return known(question, gathering.since)
                    .orElseGet(() -> gathering.open.computeIfAbsent(question, Reading::new));
        }

        private static Object get(CompletableFuture<Object> answer) {
            try {
                return answer.join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        }

        /** Must be called when the step has answered or failed. */
        void done() {
            synchronized (lock) {
                done = true;
                gathering.thinking--;
                gathering.sendWhenAllWait();
                lock.notifyAll();
            }
        }

        /** Returns when the step has answered or failed, or waits for an answer itself. */
        void settle() {
            synchronized (lock) {
                try {
                    while (!done && (waitsFor == null || waitsFor.answer.isDone())) {
                        lock.wait();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        /** The files that its answers are about. */
        Set<FileAt> files() {
            synchronized (lock) {
                return asked.keySet().stream()
                        .filter(q -> q.fact() instanceof Fact.OfFile<?>)
                        .map(q ->
                                new FileAt(
                                        epochs.shell(q.host()), ((Fact.OfFile<?>) q.fact()).path()))
                        .collect(Collectors.toUnmodifiableSet());
            }
        }

        /** Whether all answers that it got are still true. */
        boolean counts() {
            synchronized (lock) {
                return asked.values().stream().allMatch(r -> r.counts(gathering.since));
            }
        }
    }

    /** One request at a time per host; what is asked meanwhile goes together into the next. */
    private final class Channel {
        private final Host host;
        private List<Reading> queue = new ArrayList<>();
        private boolean busy;

        private Channel(Host host) {
            this.host = host;
        }

        private void add(Reading reading) {
            queue.add(reading);
            if (!busy) {
                busy = true;
                var _ = Background.run(this::work);
            }
        }

        private List<Reading> next() {
            synchronized (lock) {
                List<Reading> readings = queue;
                queue = new ArrayList<>();
                busy = !readings.isEmpty();
                return readings;
            }
        }

        private void work() {
            for (var readings = next(); !readings.isEmpty(); readings = next()) {
                read(readings);
            }
        }

        private void read(List<Reading> readings) {
            Map<Reading, CommandResult> results;
            try {
                results =
                        JointQuestions.of(readings, r -> ofHost(r.question.fact()))
                                .ask(peers.connection(host), limit -> peers.forAnswer(host, limit));
            } catch (RuntimeException | Error e) {
                together(readings.stream().map(r -> failed(r, e)).toList());
                return;
            }
            together(readings.stream().map(r -> answered(r, () -> parsed(r, results))).toList());
        }

        private Object parsed(Reading reading, Map<Reading, CommandResult> results) {
            return ofHost(reading.question.fact())
                    .parse(Objects.requireNonNull(results.get(reading)));
        }

        /** Who has its answer must not look on while others still wait for theirs. */
        private void together(List<Runnable> answers) {
            synchronized (lock) {
                answers.forEach(Runnable::run);
            }
        }

        private Fact.OfHost<?> ofHost(Fact<?> fact) {
            return (Fact.OfHost<?>) fact;
        }
    }

    private void send(List<Reading> open, long since) {
        // all are marked before the first can come back
        var readings = new ArrayList<Reading>();
        var askedAlready = new LinkedHashMap<Reading, Reading>();
        for (Reading reading : open) {
            Optional<Reading> known = known(reading.question, since);
            reading.sent = true;
            reading.stamp = known.map(k -> k.stamp).orElseGet(epochs::now);
            reading.waiting.forEach(gathering -> gathering.inFlight++);
            known.ifPresentOrElse(k -> askedAlready.put(reading, k), () -> readings.add(reading));
        }
        readings.forEach(reading -> memo.put(reading.question, reading));
        askedAlready.forEach(this::answerWith);
        var ofCluster = new ArrayList<Reading>();
        for (Reading reading : readings) {
            Host host = reading.question.host();
            switch (reading.question.fact()) {
                case Fact.OfHost<?> _ ->
                        channels.computeIfAbsent(host.name(), _ -> new Channel(host)).add(reading);
                case Fact.OfVirthost<?> fact ->
                        background(
                                Background::runNative,
                                reading,
                                () -> fact.read(peers.machines(host)));
                case Fact.OfCluster<?> _ -> ofCluster.add(reading);
                case Fact.OfWorkstation<?> fact ->
                        background(Background::run, reading, () -> fact.read(peers));
            }
        }
        if (!ofCluster.isEmpty()) {
            var _ = Background.run(() -> readCluster(ofCluster));
        }
    }

    private Optional<Reading> known(Question question, long since) {
        return Optional.ofNullable(memo.get(question)).filter(reading -> reading.counts(since));
    }

    /** Others have asked that meanwhile. */
    private void answerWith(Reading reading, Reading known) {
        var _ =
                known.answer.whenComplete((value, failure) ->
                        wake(
                                reading,
                                () -> {
                                    if (failure == null) {
                                        reading.answer.complete(value);
                                    } else {
                                        reading.answer.completeExceptionally(failure);
                                    }
                                }));
    }

    /** Whether there is a cluster is found once for all of them. */
    private void readCluster(List<Reading> readings) {
        Optional<ClusterClient> cluster;
        try {
            cluster = peers.cluster();
        } catch (RuntimeException | Error e) {
            readings.forEach(reading -> failed(reading, e).run());
            return;
        }
        for (Reading reading : readings) {
            var fact = (Fact.OfCluster<?>) reading.question.fact();
            background(Background::run, reading, () -> fact.read(cluster));
        }
    }

    private void background(
            Function<Runnable, CompletableFuture<Void>> threads,
            Reading reading,
            Supplier<?> read) {
        var _ = threads.apply(() -> answered(reading, read).run());
    }

    /** Reads; what is returned tells those who wait, whatever happened. */
    private Runnable answered(Reading reading, Supplier<?> read) {
        try {
            Object value = read.get();
            return () -> wake(reading, () -> reading.answer.complete(value));
        } catch (RuntimeException | Error e) {
            return failed(reading, e);
        }
    }

    private Runnable failed(Reading reading, Throwable failure) {
        return () -> wake(reading, () -> reading.answer.completeExceptionally(failure));
    }

    /** Whoever waited is counted as thinking before it runs, so that nobody believes all wait. */
    private void wake(Reading reading, Runnable complete) {
        synchronized (lock) {
            for (Gathering gathering : reading.waiting) {
                gathering.thinking++;
                gathering.inFlight -= reading.sent ? 1 : 0;
            }
            reading.waiting.clear();
            complete.run();
            if (reading.answer.isCompletedExceptionally()) {
                memo.remove(reading.question, reading);
            }
        }
    }
}
