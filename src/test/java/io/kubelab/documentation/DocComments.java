package io.kubelab.documentation;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import io.kubelab.document.RecordShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Reads the first sentence of records' doc comments, and what they say of their components. */
final class DocComments {
    private final Path sources;

    /**
     * @param sources a source root
     */
    DocComments(Path sources) {
        this.sources = sources;
    }

    /** By {@code step} and {@code step.argument}, in the names of YAML; sorted. */
    Map<String, String> of(List<? extends Class<?>> records) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        var sentences = new TreeMap<String, String>();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var units =
                    files.getJavaFileObjects(
                            records.stream()
                                    .map(r ->
                                            sources.resolve(
                                                    r.getName().replace('.', '/') + ".java"))
                                    .toArray(Path[]::new));
            var task = (JavacTask) compiler.getTask(null, files, null, null, null, units);
            for (CompilationUnitTree unit : task.parse()) {
                ClassTree type = (ClassTree) unit.getTypeDecls().getFirst();
                DocCommentTree comment =
                        DocTrees.instance(task)
                                .getDocCommentTree(new TreePath(new TreePath(unit), type));
                if (comment != null) {
                    read(
                            RecordShape.snakeCase(type.getSimpleName().toString()),
                            comment,
                            sentences);
                }
            }
        }
        return sentences;
    }

    private static void read(String step, DocCommentTree comment, Map<String, String> sentences) {
        sentences.put(step, sentence(comment.getFirstSentence()));
        for (DocTree tag : comment.getBlockTags()) {
            if (tag instanceof ParamTree parameter && !parameter.isTypeParameter()) {
                String argument = RecordShape.snakeCase(parameter.getName().getName().toString());
                sentences.put(step + "." + argument, sentence(parameter.getDescription()));
            }
        }
    }

    private static String sentence(List<? extends DocTree> trees) {
        var parts = new ArrayList<String>();
        for (DocTree tree : trees) {
            parts.add(
                    switch (tree) {
                        case TextTree text -> text.getBody();
                        case LiteralTree literal -> literal.getBody().getBody();
                        case LinkTree link ->
                                link.getLabel().isEmpty()
                                        ? link.getReference()
                                                .getSignature()
                                                .replaceAll(".*[.#]", "")
                                        : sentence(link.getLabel());
                        default -> tree.toString();
                    });
        }
        return parts.stream()
                .collect(Collectors.joining())
                .replaceAll("\\s+", " ")
                .strip()
                .replaceFirst("\\.$", "");
    }
}
