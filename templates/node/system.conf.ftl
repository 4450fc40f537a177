# Written by kubelab. For so long a machine that restarts waits for what doesn't end when asked, as many a pod's first process.
[Manager]
DefaultTimeoutStopSec=10s
