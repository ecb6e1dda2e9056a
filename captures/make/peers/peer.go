// A peer on Go's crypto/tls: key=value arguments in, one tiny exchange per connection.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

const request = "GET /answer HTTP/1.0\r\n\r\n"
const answer = "HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"

var versions = map[string]uint16{
	"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13,
}
var asking = map[string]tls.ClientAuthType{
	"no": tls.NoClientCert, "request": tls.VerifyClientCertIfGiven, "require": tls.RequireAndVerifyClientCert,
}
var groups = map[string]tls.CurveID{
	"X25519": tls.X25519, "P-256": tls.CurveP256, "P-384": tls.CurveP384, "P-521": tls.CurveP521,
}

func main() {
	options := map[string]string{}
	for _, word := range os.Args[1:] {
		key, value, _ := strings.Cut(word, "=")
		options[key] = value
	}
	address := net.JoinHostPort(options["host"], options["port"])
	if options["role"] == "server" {
		serve(address, configure(options))
	} else {
		ask(address, configure(options), options["connections"] == "2")
	}
}

func configure(options map[string]string) *tls.Config {
	trust := x509.NewCertPool()
	trust.AppendCertsFromPEM(must(os.ReadFile(options["trust"])))
	keylog := must(os.OpenFile(options["keylog"], os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600))
	config := &tls.Config{
		MinVersion: versions[options["version"]], MaxVersion: versions[options["version"]],
		RootCAs: trust, ClientCAs: trust, KeyLogWriter: keylog, ServerName: options["name"],
		ClientAuth: asking[options["ask"]], ClientSessionCache: tls.NewLRUClientSessionCache(4),
		SessionTicketsDisabled: options["tickets"] == "off",
	}
	if config.ServerName == "" {
		config.ServerName = options["host"] // an address: verified, but never sent
	}
	if options["chain"] != "" {
		pair := must(tls.LoadX509KeyPair(options["chain"], options["key"]))
		config.Certificates = []tls.Certificate{pair}
		// Send it whatever authorities the server names.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return &pair, nil
		}
	}
	if options["groups"] != "" {
		for _, name := range strings.Split(options["groups"], ",") {
			config.CurvePreferences = append(config.CurvePreferences, groups[name])
		}
	}
	if options["cipher"] != "" {
		for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
			if suite.Name == options["cipher"] {
				config.CipherSuites = []uint16{suite.ID}
			}
		}
	}
	return config
}

func serve(address string, config *tls.Config) {
	listener := must(tls.Listen("tcp", address, config))
	for {
		connection := must(listener.Accept())
		connection.SetDeadline(time.Now().Add(8 * time.Second))
		if _, err := connection.Read(make([]byte, 4096)); err != nil {
			fmt.Fprintln(os.Stderr, err)
		} else if _, err := io.WriteString(connection, answer); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		connection.Close()
	}
}

func ask(address string, config *tls.Config, again bool) {
	connection, err := tls.Dial("tcp", address, config)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	connection.SetDeadline(time.Now().Add(8 * time.Second))
	io.WriteString(connection, request)
	io.ReadAll(connection)
	connection.Close()
	if again {
		ask(address, config, false)
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}
