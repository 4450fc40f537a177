# Written by kubelab: kubeadm's static pod [=component] on a slow machine. Asked for its readiness every second, by TLS, it has time for little else.
spec:
  containers:
  - name: [=component]
    readinessProbe:
      periodSeconds: 15
