// SPDX-License-Identifier: Apache-2.0
// TLS as a client, without a socket: bytes of the peer go in, bytes for the peer come out. One thread at a time.
// Linux: TLS 1.2 and 1.3 by OpenSSL 3, which is loaded for the first tls_client and not before: linked, it adds 1.6 MB to
// the agent's resident memory (smaps, Debian 12). Windows: TLS 1.2 by Schannel.
#pragma once

#include "reeve/base/result.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace reeve::os {

struct tls_options {
  bool verify = true;  // false: every certificate is taken, for every name
  std::string ca_file; // PEM, these authorities instead of the system's; empty: the system's
};

class tls_session {
 public:
  virtual ~tls_session() = default; // says no goodbye

  // Takes what the peer sent, first nothing to begin. Appends to `plain` what it says. After a failure only
  // take_output(), which may hold an alert. The message is a sentence part: "the certificate ...".
  virtual result<> receive(std::string_view from_peer, std::string& plain) = 0;
  virtual result<> write(std::string_view plain) = 0; // once is_open()
  virtual std::string take_output() = 0;              // for the peer, since the last call
  virtual bool is_open() const noexcept = 0;          // the handshake is over, the peer is who it should be
  virtual bool has_ended() const noexcept = 0;        // the peer said that nothing follows
};

class tls_client {
 public:
  // Reads the authorities, once. unsupported: this system has no library for it; the message says which.
  static result<std::unique_ptr<tls_client>> create(const tls_options& options);
  virtual ~tls_client() = default; // its sessions may outlive it

  // `name`, a host name or an address, is whom the certificate must be for; a host name is also sent to the peer (SNI).
  virtual result<std::unique_ptr<tls_session>> connect(const std::string& name) = 0;
};

} // namespace reeve::os
