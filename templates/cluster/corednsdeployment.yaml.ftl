# Written by kubelab: kubeadm's CoreDNS, asked for its readiness every second instead of every ten.
spec:
  template:
    spec:
      containers:
      - name: coredns
        readinessProbe:
          periodSeconds: 1
