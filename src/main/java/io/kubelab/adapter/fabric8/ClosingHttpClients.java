package io.kubelab.adapter.fabric8;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientImpl;
import io.kubelab.cluster.AdminConf;
import io.kubelab.failure.ClusterFailed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * JDK clients that end. fabric8's factory never closes the JDK's clients it makes, and the selector
 * thread of one that lives costs 300 ms when the JVM exits. This one remembers what it made and
 * ends it.
 */
final class ClosingHttpClients extends JdkHttpClientFactory {
    private final Queue<HttpClient> made = new ConcurrentLinkedQueue<>();

    /**
     * Trusts the cluster's own authority and no other; fabric8's own way reads the JDK's hundred
     * and more as well.
     */
    @Override
    public io.fabric8.kubernetes.client.http.HttpClient.Builder newBuilder(Config config) {
        try {
            io.fabric8.kubernetes.client.http.HttpClient.Builder builder = newBuilder();
            builder.tag(config.getRequestConfig());
            return builder.connectTimeout(config.getConnectionTimeout(), TimeUnit.MILLISECONDS)
                    .sslContext(SSLUtils.keyManagers(config), trusting(config.getCaCertData()));
        } catch (GeneralSecurityException | IOException e) {
            throw new ClusterFailed(
                    AdminConf.FILE,
                    "its certificates or its key are no such: " + e.getMessage(),
                    "It is not as kubeadm writes it; 'kubeadm init phase kubeconfig admin' writes it anew.",
                    e);
        }
    }

    private static TrustManager[] trusting(String pemInBase64)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (Certificate authority :
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(
                                new ByteArrayInputStream(
                                        Base64.getMimeDecoder().decode(pemInBase64)))) {
            store.setCertificateEntry("authority-" + store.size(), authority);
        }
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    @Override
    protected HttpClient.Builder createNewHttpClientBuilder() {
        return remembering(super.createNewHttpClientBuilder());
    }

    /** Says hello to nobody, with the cheaper key: the next time its classes are loaded. */
    static void rehearse() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[0], null);
            SSLEngine engine = context.createSSLEngine();
            engine.setUseClientMode(true);
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setNamedGroups(new String[] {"x25519"});
            engine.setSSLParameters(parameters);
            engine.wrap(
                    ByteBuffer.allocate(0),
                    ByteBuffer.allocate(engine.getSession().getPacketBufferSize()));
        } catch (GeneralSecurityException | SSLException e) {
            throw new IllegalStateException("every Java speaks TLS", e);
        }
    }

    @Override
    protected void closeHttpClient(JdkHttpClientImpl client) {
        for (HttpClient next = made.poll(); next != null; next = made.poll()) {
            next.shutdownNow();
        }
    }

    private HttpClient.Builder remembering(HttpClient.Builder builder) {
        return (HttpClient.Builder)
                Proxy.newProxyInstance(
                        ClosingHttpClients.class.getClassLoader(),
                        new Class<?>[] {HttpClient.Builder.class},
                        (proxy, method, arguments) -> {
                            try {
                                Object result = method.invoke(builder, arguments);
                                if (result instanceof HttpClient client) {
                                    made.add(client);
                                }
                                return result instanceof HttpClient.Builder ? proxy : result;
                            } catch (InvocationTargetException e) {
                                throw e.getTargetException();
                            }
                        });
    }
}
