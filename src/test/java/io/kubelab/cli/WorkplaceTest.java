package io.kubelab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kubelab.failure.InvalidInput;
import io.kubelab.remote.Privilege;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkplaceTest {
    @TempDir Path folder;
    Path here;
    Path named;
    Path program;

    @BeforeEach
    void folders() throws IOException {
        here = Files.createDirectories(folder.resolve("here"));
        named = home("named");
        program = home("program");
    }

    @Test
    void isBesideTheProgramWhereNothingElseIsSaid() {
        assertThat(workplace(Map.of()).home(Optional.empty())).isEqualTo(program);
    }

    @Test
    void prefersTheWorkingDirectoryIfItHasAllThreeFolders() throws IOException {
        Files.createDirectories(here.resolve("inventory"));
        assertThat(workplace(Map.of()).home(Optional.empty())).isEqualTo(program);
        home("here");
        assertThat(workplace(Map.of()).home(Optional.empty())).isEqualTo(here);
    }

    @Test
    void prefersWhatIsNamedAndTheOptionMost() throws IOException {
        var workplace = workplace(Map.of("KUBELAB_HOME", "../named"));
        assertThat(workplace.home(Optional.empty())).isEqualTo(named);
        Path other = home("other");
        assertThat(workplace.home(Optional.of(other.toString()))).isEqualTo(other);
    }

    @Test
    void refusesANamedFolderThatIsNone() {
        assertThatExceptionOfType(InvalidInput.class)
                .isThrownBy(() -> workplace(Map.of()).home(Optional.of("nowhere")))
                .withMessageStartingWith("--home: 'nowhere' lacks");
        assertThatExceptionOfType(InvalidInput.class)
                .isThrownBy(
                        () -> workplace(Map.of("KUBELAB_HOME", "nowhere")).home(Optional.empty()))
                .withMessageStartingWith("KUBELAB_HOME: 'nowhere' lacks");
    }

    @Test
    void keepsCacheAndStateWhereTheStandardSays() {
        assertThat(workplace(Map.of()).cache()).isEqualTo(Path.of("/home/u/.cache/kubelab"));
        assertThat(workplace(Map.of()).state()).isEqualTo(Path.of("/home/u/.local/state/kubelab"));
        assertThat(workplace(Map.of("XDG_CACHE_HOME", "/c")).cache())
                .isEqualTo(Path.of("/c/kubelab"));
        assertThat(workplace(Map.of("XDG_CACHE_HOME", "relative")).cache())
                .isEqualTo(Path.of("/home/u/.cache/kubelab"));
    }

    @Test
    void namesItselfAsTheUserCalledIt() {
        var path = Map.of("PATH", "/usr/bin:/usr/local/bin");
        assertThat(Workplace.called("./kubelab", path, Privilege.SUDO)).isEqualTo("./kubelab");
        assertThat(Workplace.called("/usr/local/bin/kubelab", path, Privilege.SUDO))
                .isEqualTo("kubelab");
        assertThat(Workplace.called("/opt/kubelab", path, Privilege.SUDO))
                .isEqualTo("/opt/kubelab");
        var sudo = Map.of("SUDO_USER", "ann");
        assertThat(Workplace.called("./kubelab", sudo, Privilege.ROOT)).isEqualTo("sudo ./kubelab");
        assertThat(Workplace.called("./kubelab", sudo, Privilege.CHANGES_USER))
                .isEqualTo("./kubelab");
    }

    private Workplace workplace(Map<String, String> environment) {
        return new Workplace(
                here, Path.of("/home/u"), "amd64", environment, Optional.of(program), "kubelab");
    }

    private Path home(String name) throws IOException {
        for (String part : new String[] {"inventory", "playbooks-equivalent", "templates"}) {
            Files.createDirectories(folder.resolve(name).resolve(part));
        }
        return folder.resolve(name);
    }
}
