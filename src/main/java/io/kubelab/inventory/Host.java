package io.kubelab.inventory;

import java.util.Set;

/**
 * A host of the inventory, or a machine of the lab.
 *
 * @param name the inventory name, unique
 * @param groups the groups it is in, {@code all} not named
 * @param access how it is reached
 */
public record Host(String name, Set<String> groups, Access access) {
    public Host {
        groups = Set.copyOf(groups);
    }

    /** How kubelab logs in. */
    public sealed interface Access {
        /** This very machine ({@code ansible_connection=local}). */
        record Local() implements Access {}

        /**
         * SSH as Ansible's variables say it.
         *
         * @param address {@code ansible_host}: a name or an address; empty for a machine whose
         *     address is not known yet
         * @param port {@code ansible_port}; 0: as ~/.ssh/config says, else 22
         * @param user {@code ansible_user}; empty: as ~/.ssh/config or the login name say
         * @param privateKeyFile {@code ansible_ssh_private_key_file}; empty: the agent, then ~/.ssh
         * @param via name of the host to jump through if the address can't be reached directly;
         *     empty: none
         * @param knownHosts a file with the only host key that is accepted (machines that we made);
         *     empty: ~/.ssh/known_hosts
         */
        record Ssh(
                String address,
                int port,
                String user,
                String privateKeyFile,
                String via,
                String knownHosts)
                implements Access {}
    }

    public boolean in(String group) {
        return "all".equals(group) || groups.contains(group);
    }

    @Override
    public String toString() {
        return name;
    }
}
