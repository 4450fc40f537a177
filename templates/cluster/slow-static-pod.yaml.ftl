# Written by kubelab: kubeadm's static pod [=component] on a slow machine. Asked for its readiness every second, by TLS, it has time for little else;
# and one that is late with its answers would only be later if it were started anew.
spec:
  containers:
  - name: [=component]
    readinessProbe:
      periodSeconds: 15
    livenessProbe:
      periodSeconds: 30
      timeoutSeconds: 60
      failureThreshold: 10
