package io.kubelab.render;

/**
 * The files of {@code templates/} in FreeMarker's square-bracket form ({@code [=name]}, {@code
 * [#list names as name] … [/#list]}), rendered from a record. A template sees data only: a record
 * is its components, a record of one component {@code text} is that text, an empty Optional is
 * missing, an enum constant its name in lower case. A value that is missing is an error, and what
 * ends in {@code .xml.ftl} is escaped as XML.
 */
public interface Templates {
    /**
     * @param name path below {@code templates/}, without {@code .ftl}
     * @param model a record: its components are what the template sees
     * @throws io.kubelab.failure.InvalidInput with the template's {@code file:line:col}
     */
    String render(String name, Record model);
}
