package io.kubelab.adapter.freemarker;

import freemarker.template.ObjectWrapper;
import freemarker.template.SimpleHash;
import freemarker.template.SimpleNumber;
import freemarker.template.SimpleScalar;
import freemarker.template.SimpleSequence;
import freemarker.template.TemplateBooleanModel;
import freemarker.template.TemplateHashModel;
import freemarker.template.TemplateModel;
import freemarker.template.TemplateModelException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Shows templates data and nothing else: no method of an object can be called. A record is its
 * components, a record of one component {@code text} is that text, an empty Optional is missing, an
 * enum constant is its name in lower case, as settings write it.
 */
final class DataWrapper implements ObjectWrapper {
    @Override
    public @Nullable TemplateModel wrap(@Nullable Object value) throws TemplateModelException {
        return switch (value) {
            case null -> null;
            case TemplateModel model -> model;
            case String text -> new SimpleScalar(text);
            case Number number -> new SimpleNumber(number);
            case Boolean truth -> truth ? TemplateBooleanModel.TRUE : TemplateBooleanModel.FALSE;
            case Enum<?> constant -> new SimpleScalar(constant.name().toLowerCase(Locale.ROOT));
            case Optional<?> optional -> wrap(optional.orElse(null));
            case Collection<?> items -> new SimpleSequence(items, this);
            case Map<?, ?> map -> new SimpleHash(map, this);
            case Path path -> new SimpleScalar(path.toString());
            case UUID uuid -> new SimpleScalar(uuid.toString());
            case Record data -> record(data);
            default ->
                    throw new TemplateModelException(
                            "a template can't show a " + value.getClass().getName());
        };
    }

    private @Nullable TemplateModel record(Record data) throws TemplateModelException {
        RecordComponent[] components = data.getClass().getRecordComponents();
        return components.length == 1 && components[0].getName().equals("text")
                ? wrap(component(data, components[0]))
                : new Components(data);
    }

    private static @Nullable Object component(Record data, RecordComponent component)
            throws TemplateModelException {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(data);
        } catch (ReflectiveOperationException e) {
            throw new TemplateModelException("can't read " + component, e);
        }
    }

    private final class Components implements TemplateHashModel {
        private final Record data;

        Components(Record data) {
            this.data = data;
        }

        @Override
        public @Nullable TemplateModel get(String key) throws TemplateModelException {
            for (RecordComponent component : data.getClass().getRecordComponents()) {
                if (component.getName().equals(key)) {
                    return wrap(component(data, component));
                }
            }
            return null;
        }

        @Override
        public boolean isEmpty() {
            return data.getClass().getRecordComponents().length == 0;
        }
    }
}
