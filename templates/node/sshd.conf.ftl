# the key that the lab's known_hosts file names, and no other
HostKey /etc/ssh/ssh_host_ed25519_key
AuthorizedKeysFile /etc/ssh/authorized_keys.d/%u .ssh/authorized_keys
PasswordAuthentication no
UseDNS no
