package io.kubelab.cases;

import io.kubelab.release.ReleasedFile;
import io.kubelab.release.ReleasedImage;
import io.kubelab.release.Releases;
import java.nio.file.Path;
import java.util.function.Consumer;

/** For where nothing is fetched: that it is, is a fault. */
public final class NoReleases implements Releases {
    @Override
    public void fetch(ReleasedFile file, Consumer<String> progress) {
        throw new UnsupportedOperationException(file.toString());
    }

    @Override
    public void fetch(ReleasedImage image, Path layout, Consumer<String> progress) {
        throw new UnsupportedOperationException(image.toString());
    }
}
