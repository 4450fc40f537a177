[Unit]
Description=Container images of the kubelab lab [=lab]
# its address is that of the lab's bridge
After=network.target libvirtd.service virtnetworkd.service

[Service]
ExecStart=[=program] serve [=config]
Environment=OTEL_TRACES_EXPORTER=none
Restart=always
RestartSec=2

[Install]
WantedBy=multi-user.target
