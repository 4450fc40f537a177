# Written by kubelab.
[kubelab-kubernetes]
name=Kubernetes
baseurl=[=url]
enabled=1
gpgcheck=1
gpgkey=file://[=keyFile]
exclude=[=packages?join(" ")]
