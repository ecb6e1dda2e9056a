// A peer on Java's JSSE: key=value arguments in, one tiny exchange per connection. JSSE logs no keys.

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

public final class Peer {
  private static final byte[] REQUEST = "GET /answer HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ANSWER =
      "HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);

  private final Map<String, String> options = new HashMap<>();

  public static void main(String[] words) throws Exception {
    Peer peer = new Peer();
    for (String word : words) {
      String[] pair = word.split("=", 2);
      peer.options.put(pair[0], pair[1]);
    }
    SSLContext context = peer.context();
    if (peer.options.get("role").equals("server")) {
      peer.serve(context);
    } else {
      for (int left = Integer.parseInt(peer.options.get("connections")); left > 0; left--) {
        peer.ask(context);
      }
    }
  }

  private void serve(SSLContext context) throws Exception {
    InetAddress address = InetAddress.getByName(options.get("host"));
    SSLServerSocket listener =
        (SSLServerSocket) context.getServerSocketFactory().createServerSocket(port(), 5, address);
    SSLParameters parameters = listener.getSSLParameters();
    restrict(parameters);
    parameters.setWantClientAuth(options.get("ask").equals("request"));
    if (options.get("ask").equals("require")) {
      parameters.setNeedClientAuth(true);
    }
    listener.setSSLParameters(parameters);
    while (true) {
      try (SSLSocket connection = (SSLSocket) listener.accept()) {
        connection.setSoTimeout(8000);
        connection.getInputStream().read(new byte[4096]);
        connection.getOutputStream().write(ANSWER);
      } catch (IOException error) {
        System.err.println(error.getMessage());
      }
    }
  }

  private void ask(SSLContext context) throws Exception {
    try (SSLSocket connection =
        (SSLSocket) context.getSocketFactory().createSocket(options.get("host"), port())) {
      connection.setSoTimeout(8000);
      SSLParameters parameters = connection.getSSLParameters();
      restrict(parameters);
      if (!options.get("name").isEmpty()) {
        parameters.setServerNames(List.of(new SNIHostName(options.get("name"))));
      }
      connection.setSSLParameters(parameters);
      connection.getOutputStream().write(REQUEST);
      connection.getInputStream().readAllBytes();
    } catch (IOException error) {
      System.err.println(error.getMessage());
    }
  }

  private int port() {
    return Integer.parseInt(options.get("port"));
  }

  private void restrict(SSLParameters parameters) {
    String version = options.get("version");
    parameters.setProtocols(new String[] {version.equals("1.0") ? "TLSv1" : "TLSv" + version});
    if (options.containsKey("ciphers")) {
      parameters.setCipherSuites(options.get("ciphers").split(","));
    }
  }

  private SSLContext context() throws Exception {
    KeyStore trusted = emptyStore();
    trusted.setCertificateEntry("trust", certificates("trust")[0]);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    KeyStore own = emptyStore();
    if (options.containsKey("chain")) {
      own.setKeyEntry("own", privateKey(), new char[0], certificates("chain"));
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
    keys.init(own, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
    return context;
  }

  private static KeyStore emptyStore() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private Certificate[] certificates(String option) throws Exception {
    byte[] pem = Files.readAllBytes(Path.of(options.get(option)));
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(pem)).toArray(new Certificate[0]);
  }

  private PrivateKey privateKey() throws Exception {
    String pem = Files.readString(Path.of(options.get("key")));
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    for (String algorithm : List.of("RSA", "EC", "Ed25519", "RSASSA-PSS")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (GeneralSecurityException otherAlgorithm) {
        continue;
      }
    }
    throw new IOException("a key of no known algorithm");
  }
}
