// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/tls_client.hpp"

#include "posix/openssl.hpp"
#include "reeve/base/strings.hpp"

#include <algorithm>
#include <array>
#include <climits>

namespace reeve::os {

namespace {

struct context_end {
  const openssl& lib;
  void operator()(SSL_CTX* c) const { lib.SSL_CTX_free(c); }
};
struct session_end {
  const openssl& lib;
  void operator()(SSL* s) const { lib.SSL_free(s); }
};
using context_ptr = std::unique_ptr<SSL_CTX, context_end>;
using session_ptr = std::unique_ptr<SSL, session_end>;

std::string last_reason(const openssl& lib) {
  const char* text = lib.ERR_reason_error_string(lib.ERR_peek_last_error());
  return text ? text : "no reason given";
}

int to_int(std::size_t bytes) {
  return static_cast<int>(std::min<std::size_t>(bytes, INT_MAX));
}

class session final : public tls_session {
 public:
  session(const openssl& lib, session_ptr ssl, BIO* in, BIO* out, std::string name)
      : lib_(lib), ssl_(std::move(ssl)), in_(in), out_(out), name_(std::move(name)) {}

  result<> receive(std::string_view from_peer, std::string& plain) override {
    lib_.ERR_clear_error();
    if (!from_peer.empty() && lib_.BIO_write(in_, from_peer.data(), to_int(from_peer.size())) <= 0)
      return error{errc::limit, "no memory for the bytes of the peer"};
    if (!open_) {
      const int status = lib_.SSL_do_handshake(ssl_.get());
      if (status != 1) return after_failure(status);
      open_ = true;
    }
    std::array<char, 16 * 1024> piece;
    for (;;) {
      const int got = lib_.SSL_read(ssl_.get(), piece.data(), to_int(piece.size()));
      if (got <= 0) return after_failure(got);
      plain.append(piece.data(), static_cast<std::size_t>(got));
    }
  }

  result<> write(std::string_view plain) override {
    lib_.ERR_clear_error();
    // Into memory, so that it takes all or fails.
    if (lib_.SSL_write(ssl_.get(), plain.data(), to_int(plain.size())) > 0) return {};
    return error{errc::failed, cat("TLS cannot send: ", last_reason(lib_))};
  }

  std::string take_output() override {
    std::string out(static_cast<std::size_t>(std::max(0L, lib_.BIO_ctrl(out_, BIO_CTRL_PENDING, 0, nullptr))),
                    '\0');
    if (!out.empty()) lib_.BIO_read(out_, out.data(), to_int(out.size()));
    return out;
  }

  bool is_open() const noexcept override { return open_; }
  bool has_ended() const noexcept override { return ended_; }

 private:
  result<> after_failure(int status) {
    switch (lib_.SSL_get_error(ssl_.get(), status)) {
    case SSL_ERROR_WANT_READ:
      return {};
    case SSL_ERROR_ZERO_RETURN:
      ended_ = true;
      return {};
    default:
      break;
    }
    if (const long verified = lib_.SSL_get_verify_result(ssl_.get()); !open_ && verified != X509_V_OK)
      return error{errc::access_denied, cat("the certificate for ", name_, " is not accepted: ",
                                            lib_.X509_verify_cert_error_string(verified))};
    return error{errc::failed, cat("TLS failed: ", last_reason(lib_))};
  }

  const openssl& lib_;
  session_ptr ssl_;
  BIO* in_; // both belong to ssl_
  BIO* out_;
  std::string name_;
  bool open_ = false;
  bool ended_ = false;
};

class client final : public tls_client {
 public:
  client(const openssl& lib, context_ptr context, bool verify)
      : lib_(lib), context_(std::move(context)), verify_(verify) {}

  result<std::unique_ptr<tls_session>> connect(const std::string& name) override {
    const auto no_memory = [] { return error{errc::limit, "no memory for a TLS session"}; };
    session_ptr ssl(lib_.SSL_new(context_.get()), session_end{lib_});
    if (!ssl) return no_memory();
    BIO* in = lib_.BIO_new(lib_.BIO_s_mem());
    BIO* out = lib_.BIO_new(lib_.BIO_s_mem());
    lib_.SSL_set_bio(ssl.get(), in, out); // takes both, whatever follows
    if (!in || !out) return no_memory();
    // RFC 6066, 3: no address, neither with dots nor with colons, is a name.
    const bool address =
        name.find(':') != name.npos || (!name.empty() && name.back() >= '0' && name.back() <= '9');
    if (!address && lib_.SSL_ctrl(ssl.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                                  const_cast<char*>(name.c_str())) != 1)
      return error{errc::invalid_argument, cat("\"", name, "\" is no name that TLS can ask for")};
    // SSL_set1_host(3): takes the text of an address too, from OpenSSL 3.0 on.
    if (verify_ && lib_.SSL_set1_host(ssl.get(), name.c_str()) != 1) return no_memory();
    lib_.SSL_set_connect_state(ssl.get());
    return std::unique_ptr<tls_session>(std::make_unique<session>(lib_, std::move(ssl), in, out, name));
  }

 private:
  const openssl& lib_;
  context_ptr context_;
  bool verify_;
};

} // namespace

result<std::unique_ptr<tls_client>> tls_client::create(const tls_options& options) {
  const result<openssl>& loaded = load_openssl();
  if (!loaded) return loaded.error();
  const openssl& lib = *loaded;
  lib.ERR_clear_error();
  context_ptr context(lib.SSL_CTX_new(lib.TLS_client_method()), context_end{lib});
  if (!context) return error{errc::failed, cat("OpenSSL does not start: ", last_reason(lib))};
  lib.SSL_CTX_ctrl(context.get(), SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, nullptr);
  if (options.verify) {
    lib.SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    if (!options.ca_file.empty()) {
      if (lib.SSL_CTX_load_verify_file(context.get(), options.ca_file.c_str()) != 1)
        return error{errc::invalid_argument,
                     cat("no certificate can be read from ", options.ca_file, ": ", last_reason(lib))};
    } else if (lib.SSL_CTX_set_default_verify_paths(context.get()) != 1) {
      return error{errc::failed, cat("the system's certificates cannot be read: ", last_reason(lib))};
    }
  }
  return std::unique_ptr<tls_client>(std::make_unique<client>(lib, std::move(context), options.verify));
}

} // namespace reeve::os
