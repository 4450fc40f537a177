package io.kubelab.cases;

import freemarker.cache.FileTemplateLoader;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import io.kubelab.render.Templates;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The shipped templates, until the adapter is merged. */
final class CaseTemplates implements Templates {
    private final Configuration freemarker = new Configuration(Configuration.VERSION_2_3_34);
    private final Path directory;

    CaseTemplates(Path directory) {
        this.directory = directory;
        freemarker.setInterpolationSyntax(Configuration.SQUARE_BRACKET_INTERPOLATION_SYNTAX);
        freemarker.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
        freemarker.setNumberFormat("c");
        freemarker.setBooleanFormat("c");
    }

    @Override
    public String render(String name, Record model) {
        var text = new StringWriter();
        try {
            freemarker.setTemplateLoader(new FileTemplateLoader(directory.toFile()));
            freemarker.getTemplate(name + ".ftl").process(model, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (TemplateException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }
}
