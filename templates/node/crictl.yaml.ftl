# Written by kubelab.
runtime-endpoint: unix://[=socket]
image-endpoint: unix://[=socket]
timeout: 10
