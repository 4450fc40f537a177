package io.kubelab.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageNameTest {
    @ParameterizedTest
    @CsvSource({
        "busybox, docker.io/library/busybox:latest",
        "me/app:v1, docker.io/me/app:v1",
        "example.org/me/app, example.org/me/app:latest",
        "example.org:5000/app:1.2_3, example.org:5000/app:1.2_3",
        "localhost/my__app:x, localhost/my__app:x",
    })
    void whatAPodMayLeaveOutIsFilledIn(String written, String whole) {
        assertThat(ImageName.parse(written)).hasToString(whole);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Me/App", "app:", "example.org/", "a/b@sha256:00", "-x", "a b"})
    void whatIsNoNameIsRefused(String written) {
        assertThatThrownBy(() -> ImageName.parse(written))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not the name of an image");
    }
}
