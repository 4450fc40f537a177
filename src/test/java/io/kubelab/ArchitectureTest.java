package io.kubelab;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.members;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.kubelab.engine.RunEvent;
import io.kubelab.step.Change;
import io.kubelab.step.ClusterStep;
import io.kubelab.step.Diff;
import io.kubelab.step.Fact;
import io.kubelab.step.Step;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The architecture, as rules. Who wants another one changes it here and says why. */
class ArchitectureTest {
    private static final JavaClasses KUBELAB =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.kubelab");

    /** What each package may know of kubelab, besides itself; what isn't listed is forbidden. */
    private static final Map<String, String[]> MAY_KNOW = new LinkedHashMap<>();

    static {
        mayKnow("failure");
        mayKnow("document", "failure");
        mayKnow("render");
        mayKnow("settings", "failure", "document");
        mayKnow("inventory", "failure", "document");
        mayKnow("remote", "failure", "inventory");
        mayKnow("image", "failure", "remote");
        mayKnow("release", "failure");
        mayKnow("cluster", "failure", "document");
        mayKnow("machines", "failure", "inventory", "remote", "settings");
        mayKnow(
                "step",
                "cluster",
                "document",
                "failure",
                "image",
                "inventory",
                "machines",
                "release",
                "remote",
                "render",
                "settings");
        mayKnow(
                "steps",
                "cluster",
                "document",
                "failure",
                "image",
                "inventory",
                "machines",
                "release",
                "remote",
                "render",
                "settings",
                "step");
        mayKnow("playbook", "document", "failure", "inventory", "settings", "step");
        mayKnow(
                "lab",
                "document",
                "failure",
                "inventory",
                "machines",
                "remote",
                "settings",
                "step");
        mayKnow(
                "engine",
                "cluster",
                "document",
                "failure",
                "image",
                "inventory",
                "machines",
                "playbook",
                "release",
                "remote",
                "render",
                "settings",
                "step");
        mayKnow(
                "adapter",
                "cluster",
                "document",
                "engine",
                "failure",
                "image",
                "inventory",
                "lab",
                "machines",
                "playbook",
                "release",
                "remote",
                "render",
                "settings",
                "step");
    }

    private static void mayKnow(String name, String... others) {
        MAY_KNOW.put(name, others);
    }

    @TestFactory
    Stream<DynamicTest> packagesKnowOnlyWhatTheyMay() {
        return MAY_KNOW.entrySet().stream()
                .map(entry ->
                        DynamicTest.dynamicTest(
                                entry.getKey(),
                                () -> knowsOnly(entry.getKey(), entry.getValue()).check(KUBELAB)));
    }

    private static ArchRule knowsOnly(String name, String... others) {
        String[] allowed =
                Stream.concat(Stream.of(name), Stream.of(others))
                        .map(p -> "io.kubelab." + p + "..")
                        .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage("io.kubelab." + name + "..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("io.kubelab..").and(not(resideInAnyPackage(allowed))))
                .allowEmptyShould(true)
                .because("dependencies point one way: from what runs to what is described");
    }

    @Test
    void everyPackageHasItsLine() {
        classes()
                .should()
                .resideInAnyPackage(
                        Stream.concat(MAY_KNOW.keySet().stream(), Stream.of("cli"))
                                .map(p -> "io.kubelab." + p + "..")
                                .toArray(String[]::new))
                .because("a package without a line in MAY_KNOW would be bound by nothing")
                .check(KUBELAB);
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching("io.kubelab.(**)")
                .should()
                .beFreeOfCycles()
                .because("a cycle can be understood and changed only as a whole")
                .check(KUBELAB);
    }

    @Test
    void adaptersDoNotKnowEachOther() {
        slices().matching("io.kubelab.adapter.(*)..")
                .should()
                .notDependOnEachOther()
                .because("each can be exchanged alone")
                .check(KUBELAB);
    }

    @TestFactory
    Stream<DynamicTest> librariesStayInTheirAdapter() {
        return Stream.of(
                        onlyIn("com.jcraft.jsch..", "io.kubelab.adapter.ssh.."),
                        onlyIn("org.libvirt..", "io.kubelab.adapter.libvirt.."),
                        onlyIn(
                                "com.sun.jna..",
                                "io.kubelab.adapter.libvirt..",
                                "io.kubelab.adapter.program.."),
                        onlyIn("io.fabric8..", "io.kubelab.adapter.fabric8.."),
                        onlyIn("freemarker..", "io.kubelab.adapter.freemarker.."),
                        onlyIn("com.github.stephenc.javaisotools..", "io.kubelab.adapter.iso.."),
                        onlyIn("org.bouncycastle..", "io.kubelab.adapter.openpgp.."),
                        onlyIn("org.yaml.snakeyaml..", "io.kubelab.adapter.yaml.."),
                        onlyIn("org.snakeyaml..", "io.kubelab.adapter.yaml.."),
                        onlyIn("land.oras..", "io.kubelab.adapter.oci.."),
                        onlyIn(
                                "tools.jackson..",
                                "io.kubelab.adapter.console..",
                                "io.kubelab.adapter.json..",
                                "io.kubelab.adapter.oci.."),
                        onlyIn("inet.ipaddr..", "io.kubelab.settings.."),
                        onlyIn("picocli..", "io.kubelab.cli.."))
                .map(rule ->
                        DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(KUBELAB)));
    }

    private static ArchRule onlyIn(String library, String... homes) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(homes)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .because("a library is exchanged, and its faults translated, in one place");
    }

    @Test
    void onlyTheConsolePrints() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.kubelab.adapter.console..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .because("what a user sees is decided in one place")
                .check(KUBELAB);
    }

    @Test
    void onlyTheEngineSleeps() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.kubelab.engine..")
                .should()
                .callMethodWhere(
                        describe(
                                "Thread.sleep",
                                call ->
                                        call.getTarget().getName().equals("sleep")
                                                && call.getTargetOwner()
                                                        .isAssignableTo(Thread.class)))
                .because("waiting has a deadline, a reason and a remedy: a step says Pending")
                .check(KUBELAB);
    }

    @Test
    void onlyTheCommandLineReadsTheEnvironmentAndEndsTheProgram() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.kubelab.cli..", "io.kubelab.adapter..")
                .should()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(System.class, "getProperty", String.class)
                .orShould()
                .callMethod(System.class, "getProperty", String.class, String.class)
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .because("the core gets what it needs as arguments, so that tests can give it")
                .check(KUBELAB);
    }

    @Test
    void onlyAdaptersStartProcesses() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.kubelab.adapter..")
                .should()
                .dependOnClassesThat(are(assignableTo(ProcessBuilder.class)))
                .orShould()
                .dependOnClassesThat(are(assignableTo(Runtime.class)))
                .because("an effect is a Change, and a Change is applied by the engine")
                .check(KUBELAB);
    }

    @Test
    void stepsDoNotActWaitOrPrint() {
        noClasses()
                .that()
                .areAssignableTo(Step.class)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.concurrent..", "java.lang.foreign..", "java.net..")
                .orShould()
                .dependOnClassesThat(are(assignableTo(Thread.class)))
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.nio.file.Files")
                .because("a step answers one question, what is missing, from facts alone")
                .check(KUBELAB);
    }

    @Test
    void aStepThatAsksTheClusterSaysSo() {
        DescribedPredicate<JavaClass> fact = are(assignableTo(Fact.OfCluster.class));
        DescribedPredicate<JavaClass> helper =
                describe(
                        "that ask the cluster for steps",
                        type ->
                                type.getPackageName().startsWith("io.kubelab.steps.")
                                        && !type.isAssignableTo(Step.class)
                                        && type.getDirectDependenciesFromSelf().stream()
                                                .anyMatch(d -> fact.test(d.getTargetClass())));
        classes()
                .that()
                .areAssignableTo(Step.class)
                .and()
                .areNotAssignableTo(ClusterStep.class)
                .should()
                .onlyDependOnClassesThat(not(fact.or(helper)))
                .because("a run connects to the API server before the first step that asks it")
                .check(KUBELAB);
    }

    @TestFactory
    Stream<DynamicTest> whatIsDataIsARecord() {
        return Stream.of(Step.class, Fact.class, Change.class, Diff.class, RunEvent.class)
                .map(type ->
                        DynamicTest.dynamicTest(
                                type.getSimpleName(),
                                () ->
                                        classes()
                                                .that()
                                                .areAssignableTo(type)
                                                .and()
                                                .areNotInterfaces()
                                                .should()
                                                .beRecords()
                                                .allowEmptyShould(true)
                                                .because(
                                                        "data can be compared, printed and kept;"
                                                                + " equal facts are asked once")
                                                .check(KUBELAB)));
    }

    @Test
    void noPublicMethodOfTheCoreTakesABoolean() {
        methods()
                .that()
                .arePublic()
                .and()
                .areDeclaredInClassesThat()
                .resideOutsideOfPackages("io.kubelab.cli..", "io.kubelab.adapter..")
                .should(takeNoBoolean())
                .because("run(true, false) tells a reader nothing; an enum or a second method does")
                .check(KUBELAB);
    }

    @Test
    void noFieldIsGlobalAndMutable() {
        fields().that()
                .areStatic()
                .should()
                .beFinal()
                .because("what a piece of code depends on is seen in its arguments")
                .check(KUBELAB);
    }

    @Test
    void classesAreNamedForWhatTheyAre() {
        noClasses()
                .should()
                .haveNameMatching(".*(Utils?|Helpers?|Manager|Impl|Common)")
                .because("such a name says nothing, so that anything can be put there")
                .check(KUBELAB);
    }

    @Test
    void noUntypedMapTravels() {
        ArchCondition<JavaMember> beTyped =
                new ArchCondition<>("not use Map<String, Object>") {
                    @Override
                    public void check(JavaMember member, ConditionEvents events) {
                        types(member)
                                .filter(type ->
                                        type.getName()
                                                .contains(
                                                        "Map<java.lang.String, java.lang.Object>"))
                                .forEach(type ->
                                        events.add(
                                                SimpleConditionEvent.violated(
                                                        member,
                                                        member.getFullName()
                                                                + " uses "
                                                                + type.getName())));
                    }
                };
        members()
                .that()
                .areDeclaredInClassesThat()
                .resideOutsideOfPackage("io.kubelab.adapter.yaml..")
                .should(beTyped)
                .because("a value has a type once it is read; a misspelt key is found then")
                .check(KUBELAB);
    }

    private static Stream<JavaType> types(JavaMember member) {
        return switch (member) {
            case JavaCodeUnit unit ->
                    Stream.concat(
                            Stream.of(unit.getReturnType()), unit.getParameterTypes().stream());
            case JavaField field -> Stream.of(field.getType());
            default -> Stream.empty();
        };
    }

    private static ArchCondition<JavaMethod> takeNoBoolean() {
        return new ArchCondition<>("take no boolean") {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                if (!method.getModifiers().contains(JavaModifier.SYNTHETIC)
                        && method.getRawParameterTypes().stream()
                                .anyMatch(t -> t.isEquivalentTo(boolean.class))) {
                    events.add(
                            SimpleConditionEvent.violated(
                                    method, method.getFullName() + " takes a boolean"));
                }
            }
        };
    }
}
