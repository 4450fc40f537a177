#cloud-config
# Written by kubelab: who the machine is, and who may log in.
hostname: "[=name]"
preserve_hostname: false
manage_etc_hosts: false
disable_root: true
ssh_pwauth: false
# the key that the lab's known_hosts file names, and no other
ssh_deletekeys: true
ssh_genkeytypes: []
ssh_keys:
  ed25519_private: |
[#list hostKey?split("\n") as line]
    [=line]
[/#list]
  ed25519_public: "[=publicHostKey]"
users:
- name: "[=user]"
  gecos: login user of the lab
  shell: /bin/bash
  lock_passwd: true
  sudo: ALL=(ALL) NOPASSWD:ALL
  ssh_authorized_keys:
  - "[=key]"
growpart:
  mode: auto
  devices: [/]
resize_rootfs: true
package_update: false
