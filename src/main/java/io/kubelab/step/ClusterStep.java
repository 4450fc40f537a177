package io.kubelab.step;

/** A step that looks at objects of the cluster: a run connects to the API server ahead of it. */
public interface ClusterStep extends Step {}
