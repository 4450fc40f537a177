package io.kubelab.settings;

/** The packages that a distribution is made of, by the program that installs them. */
public enum Packaging {
    /** Debian's, Ubuntu's and their relatives'; dpkg's database. */
    APT,

    /** Fedora's, CentOS Stream's and their relatives', by dnf 4 or 5; rpm's database. */
    DNF
}
