package io.kubelab.adapter.oci;

import io.kubelab.document.JsonReader;
import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.Unreachable;
import io.kubelab.image.ImageSpec;
import io.kubelab.image.Images;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import land.oras.ContainerRef;
import land.oras.Manifest;
import land.oras.Registry;
import land.oras.exception.OrasException;

/** Images by the ORAS Java SDK: layouts on disk, and registries over HTTP. */
public final class OrasImages implements Images {
    private static final int NOT_FOUND = 404;

    private final JsonReader json;
    private final Map<String, Registry> registries = new ConcurrentHashMap<>();

    /** A blob that a registry has, and in which repository we know it to be. */
    private final Map<Blob, String> mountable = new ConcurrentHashMap<>();

    private record Blob(String registry, String digest) {}

    public OrasImages(JsonReader json) {
        this.json = json;
    }

    @Override
    public void assemble(ImageSpec image, Path layout) {
        try {
            LayoutWriter.write(image, layout);
        } catch (IOException e) {
            throw new InvalidInput(
                    image.reference(),
                    "can't be put together, a part of it is missing or can't be read (%s); build it first"
                            .formatted(e.getMessage()));
        }
    }

    @Override
    public Given given(Path image, Path scratch) {
        try {
            return GivenImage.read(image, scratch);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<String> digest(Path layout) {
        return OciLayout.read(layout, json).map(image -> image.manifest().digest());
    }

    @Override
    public Optional<String> digest(String registry, String repository, String tag) {
        try {
            if (isPrivate(registry)) {
                return ManifestQuestion.of(registry, repository, tag).ask();
            }
            return Optional.ofNullable(
                    registry(registry)
                            .probeDescriptor(reference(registry, repository, tag))
                            .getDigest());
        } catch (OrasException e) {
            if (e.getStatusCode() == NOT_FOUND) {
                return Optional.empty();
            }
            throw unreachable(registry, e);
        } catch (IOException e) {
            throw unreachable(registry, e);
        }
    }

    @Override
    public void push(Path layout, String registry, String repository, String tag) {
        OciLayout image =
                OciLayout.read(layout, json)
                        .orElseThrow(() ->
                                new InvalidInput(
                                        layout.toString(), "there is no whole image to push"));
        ContainerRef reference = reference(registry, repository, tag);
        try {
            image.parts().forEach(part -> push(part, registry(registry), reference));
            var _ =
                    registry(registry)
                            .pushManifest(reference, Manifest.fromPath(image.manifest().file()));
        } catch (OrasException e) {
            throw unreachable(registry, e);
        }
    }

    /** What another repository of the registry has is mounted from there, not sent again. */
    private void push(OciLayout.Part part, Registry registry, ContainerRef reference) {
        var blob = new Blob(reference.getRegistry(), part.digest());
        ContainerRef wanted = reference.withDigest(part.digest());
        String elsewhere = mountable.get(blob);
        if (elsewhere == null
                || !registry.mountBlob(
                        ContainerRef.parse(blob.registry() + "/" + elsewhere + "@" + blob.digest()),
                        wanted)) {
            var _ = registry.pushBlob(wanted, part.size(), () -> open(part.file()), Map.of());
        }
        mountable.putIfAbsent(blob, reference.getFullRepository());
    }

    private static InputStream open(Path file) {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Registry registry(String hostAndPort) {
        return registries.computeIfAbsent(
                hostAndPort,
                name ->
                        (isPrivate(name)
                                        ? Registry.builder().insecure()
                                        : Registry.builder().defaults())
                                .withRegistry(name)
                                .build());
    }

    private static ContainerRef reference(String registry, String repository, String tag) {
        return ContainerRef.parse("%s/%s:%s".formatted(registry, repository, tag));
    }

    /**
     * Plain HTTP is for our own registry alone: through a forward on this machine, or on the
     * virthost's address in the lab's network.
     */
    private static boolean isPrivate(String hostAndPort) {
        try {
            InetAddress address =
                    InetAddress.ofLiteral(hostAndPort.substring(0, hostAndPort.lastIndexOf(':')));
            return address.isLoopbackAddress() || address.isSiteLocalAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Unreachable unreachable(String registry, Exception e) {
        return new Unreachable(
                registry,
                "the registry gives no answer that is of use (%s)".formatted(e.getMessage()),
                "Run 'kubelab virthost-setup', which starts the lab's registry; its log lies on the virthost, in the lab's directory.",
                e);
    }
}
