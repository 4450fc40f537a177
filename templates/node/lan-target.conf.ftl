# written by kubelab: by it the machine gets its address
[Unit]
Wants=systemd-networkd.service
