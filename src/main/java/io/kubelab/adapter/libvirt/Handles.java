package io.kubelab.adapter.libvirt;

import io.kubelab.adapter.libvirt.LibvirtConnection.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;

/**
 * Domains, or networks, of a connection. A handle is lent for one use, so that it is freed.
 *
 * @param absent what libvirt says where there is none of a name
 */
record Handles<H>(Lookup<H> lookup, Free<H> free, ErrorNumber absent) {
    interface Lookup<H> {
        H byName(String name) throws LibvirtException;
    }

    interface Free<H> {
        void of(H handle) throws LibvirtException;
    }

    interface Use<H> {
        void of(H handle) throws LibvirtException, Refused;
    }

    interface Question<H, T> {
        T about(H handle) throws LibvirtException, Refused;
    }

    /** Empty: there is none of that name. */
    <T> Optional<T> ask(String name, Question<H, T> question) throws LibvirtException, Refused {
        H handle;
        try {
            handle = lookup.byName(name);
        } catch (LibvirtException e) {
            throwUnless(e, absent);
            return Optional.empty();
        }
        return Optional.of(lend(handle, question));
    }

    /** Of those that are there. */
    <T> List<T> ask(List<String> names, Question<H, T> question) throws LibvirtException, Refused {
        var answers = new ArrayList<T>();
        for (String name : names) {
            ask(name, question).ifPresent(answers::add);
        }
        return List.copyOf(answers);
    }

    /** Of those that have not vanished since. */
    <T> List<T> ask(H[] handles, Question<H, T> question) throws LibvirtException, Refused {
        var answers = new ArrayList<T>();
        for (H handle : handles) {
            try {
                answers.add(lend(handle, question));
            } catch (LibvirtException e) {
                throwUnless(e, absent);
            }
        }
        return List.copyOf(answers);
    }

    /** If there is one of that name. */
    void use(String name, Use<H> use) throws LibvirtException, Refused {
        ask(name, using(use));
    }

    /**
     * @throws LibvirtException if there is none of that name
     */
    void need(String name, Use<H> use) throws LibvirtException, Refused {
        lend(lookup.byName(name), using(use));
    }

    private <T> T lend(H handle, Question<H, T> question) throws LibvirtException, Refused {
        try {
            return question.about(handle);
        } finally {
            free.of(handle);
        }
    }

    private static <H> Question<H, Boolean> using(Use<H> use) {
        return handle -> {
            use.of(handle);
            return true;
        };
    }

    static void throwUnless(LibvirtException e, ErrorNumber expected) throws LibvirtException {
        if (e.getError() == null || e.getError().getCode() != expected) {
            throw e;
        }
    }
}
