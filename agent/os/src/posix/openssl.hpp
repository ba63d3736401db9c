// SPDX-License-Identifier: Apache-2.0
// OpenSSL's functions, loaded at run time. Types and constants come from its headers.
#pragma once

#include "reeve/base/result.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace reeve::os {

struct openssl {
#define REEVE_OPENSSL_FUNCTIONS(X)                                                                           \
  X(BIO_ctrl)                                                                                                \
  X(BIO_new)                                                                                                 \
  X(BIO_read)                                                                                                \
  X(BIO_s_mem)                                                                                               \
  X(BIO_write)                                                                                               \
  X(ERR_clear_error)                                                                                         \
  X(ERR_peek_last_error)                                                                                     \
  X(ERR_reason_error_string)                                                                                 \
  X(OPENSSL_init_ssl)                                                                                        \
  X(SSL_CTX_ctrl)                                                                                            \
  X(SSL_CTX_free)                                                                                            \
  X(SSL_CTX_load_verify_file)                                                                                \
  X(SSL_CTX_new)                                                                                             \
  X(SSL_CTX_set_default_verify_paths)                                                                        \
  X(SSL_CTX_set_verify)                                                                                      \
  X(SSL_ctrl)                                                                                                \
  X(SSL_do_handshake)                                                                                        \
  X(SSL_free)                                                                                                \
  X(SSL_get_error)                                                                                           \
  X(SSL_get_verify_result)                                                                                   \
  X(SSL_new)                                                                                                 \
  X(SSL_read)                                                                                                \
  X(SSL_set1_host)                                                                                           \
  X(SSL_set_bio)                                                                                             \
  X(SSL_set_connect_state)                                                                                   \
  X(SSL_write)                                                                                               \
  X(TLS_client_method)                                                                                       \
  X(X509_verify_cert_error_string)
#define REEVE_OPENSSL_MEMBER(name) decltype(&::name) name = nullptr;
  REEVE_OPENSSL_FUNCTIONS(REEVE_OPENSSL_MEMBER)
#undef REEVE_OPENSSL_MEMBER
};

// Loads it with the first call, and never unloads it. What that call said is said again. Safe from any thread.
const result<openssl>& load_openssl();

} // namespace reeve::os
