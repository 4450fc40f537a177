package io.kubelab.render;

/**
 * The files of {@code templates/}, rendered from a record; a value that is missing is an error, and
 * what ends in {@code .xml.ftl} is escaped as XML.
 */
public interface Templates {
    /**
     * @param name path below {@code templates/}, without {@code .ftl}
     * @param model a record: its components are what the template sees
     */
    String render(String name, Record model);
}
