# CNCF distribution, written by kubelab: https://distribution.github.io/distribution/about/configuration/
version: 0.1
storage:
  filesystem:
    rootdirectory: [=data]
http:
  addr: [=address]
log:
  level: error
  accesslog:
    disabled: true
