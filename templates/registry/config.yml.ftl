# CNCF distribution, written by kubelab: https://distribution.github.io/distribution/about/configuration/
version: 0.1
storage:
  filesystem:
    rootdirectory: [=data]
  # of a push that was cut off
  maintenance:
    uploadpurging: {enabled: true, age: 1h, interval: 30m, dryrun: false}
http:
  addr: [=address]
log:
  level: error
  accesslog:
    disabled: true
