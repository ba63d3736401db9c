// SPDX-License-Identifier: Apache-2.0
// Whether a server's certificate is accepted. Nothing is fetched over the network for that: no revocation lists, no missing
// intermediates, no roots that this system has not stored yet.
#pragma once

#include "reeve/base/result.hpp"
#include "windows/windows.hpp"

#include <wincrypt.h>

#include <memory>
#include <string>

namespace reeve::os {

class certificate_check {
 public:
  // `ca_file`: PEM, the authorities in place of the system's; empty: the system's.
  static result<std::unique_ptr<certificate_check>> create(const std::string& ca_file);
  ~certificate_check();
  certificate_check(const certificate_check&) = delete;
  certificate_check& operator=(const certificate_check&) = delete;

  // `name`: a host name or an address.
  result<> accepts(PCCERT_CONTEXT server, const std::string& name) const;

 private:
  certificate_check() = default;

  HCERTSTORE roots_ = nullptr;        // of ca_file
  HCERTCHAINENGINE engine_ = nullptr; // null: the system's
};

// The bytes of an IPv4 or IPv6 address in network order; empty: it is a name.
std::string address_bytes(const std::string& name);

} // namespace reeve::os
