package io.kubelab.adapter.freemarker;

import freemarker.cache.ConditionalTemplateConfigurationFactory;
import freemarker.cache.FileExtensionMatcher;
import freemarker.cache.FileTemplateLoader;
import freemarker.core.InvalidReferenceException;
import freemarker.core.ParseException;
import freemarker.core.TemplateClassResolver;
import freemarker.core.TemplateConfiguration;
import freemarker.core.XMLOutputFormat;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import freemarker.template.TemplateNotFoundException;
import io.kubelab.failure.InvalidInput;
import io.kubelab.render.Templates;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Templates in square brackets, {@code [=name]} and {@code [#list names as name]}, so that {@code
 * ${…}} and {@code <…>} of shells, systemd and XML stand as they are. Safe for use by many threads.
 */
public final class FreemarkerTemplates implements Templates {
    private static final String ENDING = ".ftl";

    private final Path directory;
    private final Object lock = new Object();
    private @Nullable Configuration configuration;

    /**
     * @param directory the lab's {@code templates/}
     */
    public FreemarkerTemplates(Path directory) {
        this.directory = directory;
    }

    @Override
    public String render(String name, Record model) {
        try {
            var text = new StringWriter();
            configuration().getTemplate(name + ENDING).process(model, text);
            return text.toString();
        } catch (TemplateNotFoundException _) {
            throw new InvalidInput(
                    directory.resolve(name + ENDING).toString(), "there is no such template");
        } catch (ParseException e) {
            throw invalid(
                    e.getTemplateName(),
                    e.getLineNumber(),
                    e.getColumnNumber(),
                    e.getEditorMessage());
        } catch (TemplateException e) {
            throw invalid(
                    Optional.ofNullable(e.getTemplateSourceName()).orElse(name + ENDING),
                    Optional.ofNullable(e.getLineNumber()).orElse(1),
                    Optional.ofNullable(e.getColumnNumber()).orElse(1),
                    what(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private InvalidInput invalid(String template, int line, int column, String what) {
        return new InvalidInput(
                "%s:%d:%d".formatted(directory.resolve(template), line, column), firstLine(what));
    }

    private static String what(TemplateException e) {
        return e instanceof InvalidReferenceException
                ? "there is no value for '" + e.getBlamedExpressionString() + "'"
                : e.getMessageWithoutStackTop();
    }

    private static String firstLine(String message) {
        return message.strip().lines().findFirst().orElse(message);
    }

    /** Made when first needed, by a thread that waits for nothing else. */
    private Configuration configuration() {
        synchronized (lock) {
            if (configuration == null) {
                configuration = configuration(directory);
            }
            return configuration;
        }
    }

    private static Configuration configuration(Path directory) {
        try {
            var configuration = new Configuration(Configuration.VERSION_2_3_34);
            configuration.setTemplateLoader(new FileTemplateLoader(directory.toFile()));
            configuration.setObjectWrapper(new DataWrapper());
            configuration.setTagSyntax(Configuration.SQUARE_BRACKET_TAG_SYNTAX);
            configuration.setInterpolationSyntax(Configuration.SQUARE_BRACKET_INTERPOLATION_SYNTAX);
            configuration.setDefaultEncoding(StandardCharsets.UTF_8.name());
            configuration.setLocale(Locale.ROOT);
            configuration.setNumberFormat("c");
            configuration.setBooleanFormat("c");
            configuration.setNewBuiltinClassResolver(TemplateClassResolver.ALLOWS_NOTHING_RESOLVER);
            configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
            configuration.setLogTemplateExceptions(false);
            configuration.setWrapUncheckedExceptions(true);
            configuration.setTemplateUpdateDelayMilliseconds(Long.MAX_VALUE);
            var xml = new TemplateConfiguration();
            xml.setOutputFormat(XMLOutputFormat.INSTANCE);
            configuration.setTemplateConfigurations(
                    new ConditionalTemplateConfigurationFactory(
                            new FileExtensionMatcher("xml.ftl"), xml));
            return configuration;
        } catch (IOException e) {
            throw new InvalidInput(directory.toString(), "is not a directory of templates");
        }
    }
}
