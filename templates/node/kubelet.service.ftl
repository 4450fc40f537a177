# Written by kubelab.
[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target containerd.service

[Service]
ExecStart=[=program]
Restart=always
StartLimitInterval=0
RestartSec=2

[Install]
WantedBy=multi-user.target
