package io.kubelab.step;

import io.kubelab.cluster.Manifest;
import io.kubelab.cluster.ObjectRef;
import io.kubelab.image.ImageSpec;
import io.kubelab.machines.MachineSpec;
import io.kubelab.machines.NetworkSpec;
import io.kubelab.release.ReleasedFile;
import io.kubelab.release.ReleasedImage;
import io.kubelab.remote.Command;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import java.nio.file.Path;
import java.time.Duration;

/**
 * One effect, as data, sealed by where it acts. Preview, report and tests read the same value that
 * the engine applies.
 */
public sealed interface Change {
    /** For a list of changes: "write /etc/hosts (0644)". */
    String shown();

    /** Acts on the target's place. */
    sealed interface OnHost extends Change {}

    /** Acts on the hypervisor of the target's virthost. */
    sealed interface OnVirthost extends Change {}

    /** Acts through the API server. */
    sealed interface OnCluster extends Change {}

    /** Acts in this process, on files of the workstation. */
    sealed interface Here extends Change {}

    /**
     * A short command: answered on the channel of changes.
     *
     * @param remedy what to do when it fails
     */
    record Run(Command command, Duration limit, String remedy) implements OnHost {
        @Override
        public String shown() {
            return "run " + command.shown();
        }
    }

    /**
     * A command that may take long and outlives us (see {@link io.kubelab.remote.Connection#run}).
     *
     * @param identity the same for the same piece of work, unique on the host: {@code kubeadm-init}
     */
    record RunLong(String identity, Command command, Duration limit, Remedy remedy)
            implements OnHost {
        public RunLong(String identity, Command command, Duration limit, String remedy) {
            this(identity, command, limit, new Remedy(remedy));
        }

        @Override
        public String shown() {
            return "run " + command.shown();
        }
    }

    /** Writes a file with its parents (0755). */
    record PutFile(String path, Content content, FileAttributes attributes) implements OnHost {
        @Override
        public String shown() {
            return "write %s (%s %s)".formatted(path, attributes.mode(), attributes.owner());
        }
    }

    /** Makes a directory with its parents, or gives it these attributes. */
    record MakeDirectory(String path, FileAttributes attributes) implements OnHost {
        @Override
        public String shown() {
            return "make directory %s (%s %s)"
                    .formatted(path, attributes.mode(), attributes.owner());
        }
    }

    /** Gives a file that is there these attributes; its content and time of change stay. */
    record SetAttributes(String path, FileAttributes attributes) implements OnHost {
        @Override
        public String shown() {
            return "give %s mode %s and owner %s"
                    .formatted(path, attributes.mode(), attributes.owner());
        }
    }

    record Link(String path, String destination) implements OnHost {
        @Override
        public String shown() {
            return "link %s to %s".formatted(path, destination);
        }
    }

    /** Removes a file or a whole tree; what is mounted below it is an error. */
    record Remove(String path) implements OnHost {
        @Override
        public String shown() {
            return "remove " + path;
        }
    }

    /** Feeds a file of the workstation into a command. */
    record Stream(Path file, Command command, Duration limit, String remedy) implements OnHost {
        @Override
        public String shown() {
            return "send %s to %s".formatted(file.getFileName(), command.shown());
        }
    }

    /** The next request to this host makes a new connection. */
    record Reconnect(String why) implements OnHost {
        @Override
        public String shown() {
            return "connect anew: " + why;
        }
    }

    record DefineMachine(MachineSpec machine) implements OnVirthost {
        @Override
        public String shown() {
            return "define machine " + machine.name();
        }
    }

    record StartMachine(String name) implements OnVirthost {
        @Override
        public String shown() {
            return "start machine " + name;
        }
    }

    record StopMachine(String name) implements OnVirthost {
        @Override
        public String shown() {
            return "stop machine " + name;
        }
    }

    record UndefineMachine(String name) implements OnVirthost {
        @Override
        public String shown() {
            return "undefine machine " + name;
        }
    }

    record DefineNetwork(NetworkSpec network) implements OnVirthost {
        @Override
        public String shown() {
            return "define network " + network.name();
        }
    }

    record StartNetwork(String name) implements OnVirthost {
        @Override
        public String shown() {
            return "start network " + name;
        }
    }

    record RemoveNetwork(String name) implements OnVirthost {
        @Override
        public String shown() {
            return "remove network " + name;
        }
    }

    record Apply(Manifest manifest) implements OnCluster {
        @Override
        public String shown() {
            return "apply " + manifest.ref();
        }
    }

    record Delete(ObjectRef ref) implements OnCluster {
        @Override
        public String shown() {
            return "delete " + ref;
        }
    }

    /** The next request to the cluster reads its admin.conf anew. */
    record ReconnectCluster(String why) implements OnCluster {
        @Override
        public String shown() {
            return "connect to the cluster anew: " + why;
        }
    }

    /**
     * Writes a file of the workstation, to a temporary name first.
     *
     * @param mode octal permission bits
     */
    record WriteLocalFile(Path path, Content content, String mode) implements Here {
        @Override
        public String shown() {
            return "write %s (%s) on this workstation".formatted(path, mode);
        }
    }

    /** Removes a file or a tree of the workstation. */
    record RemoveLocalFile(Path path) implements Here {
        @Override
        public String shown() {
            return "remove %s on this workstation".formatted(path);
        }
    }

    record AssembleImage(ImageSpec image, Path layout) implements Here {
        @Override
        public String shown() {
            return "put image %s together".formatted(image.reference());
        }
    }

    /** Fetches what a project publishes; whole and as it is pinned, or not at all. */
    record FetchFile(ReleasedFile file) implements Here {
        @Override
        public String shown() {
            return "fetch " + file.source();
        }
    }

    record FetchImage(ReleasedImage image, Path layout) implements Here {
        @Override
        public String shown() {
            return "fetch image %s/%s@%s"
                    .formatted(image.registry(), image.repository(), image.digest());
        }
    }

    /**
     * Pushes through the virthost's connection.
     *
     * @param registry {@code host:port} as seen from the virthost
     */
    record PushImage(Path layout, String registry, String repository, String tag) implements Here {
        @Override
        public String shown() {
            return "push %s:%s to %s".formatted(repository, tag, registry);
        }
    }
}
