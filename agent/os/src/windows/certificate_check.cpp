// SPDX-License-Identifier: Apache-2.0
#include <winsock2.h>

#include "windows/certificate_check.hpp"

#include "reeve/base/strings.hpp"
#include "windows/error.hpp"
#include "windows/security.hpp"
#include "windows/text_file.hpp"
#include "windows/utf.hpp"

#include <ws2tcpip.h>

#include <cstddef>
#include <string_view>
#include <vector>

namespace reeve::os {

namespace {

constexpr DWORD certificate_encoding = X509_ASN_ENCODING;
constexpr std::string_view pem_begin = "-----BEGIN CERTIFICATE-----", pem_end = "-----END CERTIFICATE-----";

// How many of the certificates in `pem` went into `store`.
int add_certificates(HCERTSTORE store, std::string_view pem) {
  int added = 0;
  for (std::size_t at; (at = pem.find(pem_begin)) != pem.npos;) {
    pem.remove_prefix(at);
    const std::size_t end = pem.find(pem_end);
    if (end == pem.npos) break;
    const std::string_view block = pem.substr(0, end + pem_end.size());
    DWORD size = 0;
    const auto decode = [&](BYTE* out) {
      return CryptStringToBinaryA(block.data(), static_cast<DWORD>(block.size()), CRYPT_STRING_BASE64HEADER,
                                  out, &size, nullptr, nullptr);
    };
    std::vector<BYTE> bytes;
    if (decode(nullptr)) {
      bytes.resize(size);
      if (decode(bytes.data()) && CertAddEncodedCertificateToStore(store, certificate_encoding, bytes.data(),
                                                                   size, CERT_STORE_ADD_ALWAYS, nullptr))
        ++added;
    }
    pem.remove_prefix(block.size());
  }
  return added;
}

// RFC 6125: an address is compared with addresses only, byte by byte. CERT_CHAIN_POLICY_SSL takes names.
bool is_for_address(PCCERT_CONTEXT certificate, const std::string& address) {
  const CERT_EXTENSION* found = CertFindExtension(szOID_SUBJECT_ALT_NAME2, certificate->pCertInfo->cExtension,
                                                  certificate->pCertInfo->rgExtension);
  if (!found) return false;
  CERT_ALT_NAME_INFO* raw = nullptr;
  DWORD size = 0;
  if (!CryptDecodeObjectEx(certificate_encoding, X509_ALTERNATE_NAME, found->Value.pbData,
                           found->Value.cbData, CRYPT_DECODE_ALLOC_FLAG, nullptr, &raw, &size))
    return false;
  const local_ptr<CERT_ALT_NAME_INFO> names(raw);
  for (DWORD i = 0; i < names->cAltEntry; ++i) {
    const CERT_ALT_NAME_ENTRY& entry = names->rgAltEntry[i];
    if (entry.dwAltNameChoice == CERT_ALT_NAME_IP_ADDRESS &&
        std::string_view(reinterpret_cast<const char*>(entry.IPAddress.pbData), entry.IPAddress.cbData) ==
            address)
      return true;
  }
  return false;
}

struct chain_end {
  void operator()(const CERT_CHAIN_CONTEXT* c) const noexcept { CertFreeCertificateChain(c); }
};

} // namespace

std::string address_bytes(const std::string& name) {
  const std::wstring text = to_utf16(name);
  std::string out(16, '\0');
  if (InetPtonW(AF_INET6, text.c_str(), out.data()) == 1) return out;
  out.resize(4);
  if (InetPtonW(AF_INET, text.c_str(), out.data()) == 1) return out;
  return {};
}

result<std::unique_ptr<certificate_check>> certificate_check::create(const std::string& ca_file) {
  std::unique_ptr<certificate_check> out(new certificate_check);
  if (ca_file.empty()) return out;
  const std::string what = cat("no certificate can be read from ", ca_file);
  std::string pem;
  if (const std::uint32_t code = read_text_file(ca_file, pem)) return windows_error(code, what);
  out->roots_ = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, nullptr);
  if (!out->roots_) return windows_error(GetLastError(), what);
  if (add_certificates(out->roots_, pem) == 0)
    return error{errc::invalid_argument, cat(what, ": it has none in PEM")};
  CERT_CHAIN_ENGINE_CONFIG config{};
  // As Windows 7 knew it: Wine refuses the longer one of Windows 8, whose flags are not used here.
  config.cbSize = offsetof(CERT_CHAIN_ENGINE_CONFIG, dwExclusiveFlags);
  config.hExclusiveRoot = out->roots_;
  if (!CertCreateCertificateChainEngine(&config, &out->engine_)) return windows_error(GetLastError(), what);
  return out;
}

certificate_check::~certificate_check() {
  if (engine_) CertFreeCertificateChainEngine(engine_);
  if (roots_) CertCloseStore(roots_, 0);
}

result<> certificate_check::accepts(PCCERT_CONTEXT server, const std::string& name) const {
  const std::string refusal = cat("the certificate for ", name, " is not accepted");
  char usage_oid[] = szOID_PKIX_KP_SERVER_AUTH;
  LPSTR usages[] = {usage_oid};
  CERT_CHAIN_PARA wanted{};
  wanted.cbSize = sizeof wanted;
  wanted.RequestedUsage.dwType = USAGE_MATCH_TYPE_OR;
  wanted.RequestedUsage.Usage.cUsageIdentifier = 1;
  wanted.RequestedUsage.Usage.rgpszUsageIdentifier = usages;
  const CERT_CHAIN_CONTEXT* raw = nullptr;
  if (!CertGetCertificateChain(engine_, server, nullptr, server->hCertStore, &wanted,
                               CERT_CHAIN_CACHE_ONLY_URL_RETRIEVAL | CERT_CHAIN_DISABLE_AUTH_ROOT_AUTO_UPDATE,
                               nullptr, &raw))
    return windows_error(GetLastError(), refusal);
  const std::unique_ptr<const CERT_CHAIN_CONTEXT, chain_end> chain(raw);

  const std::string address = address_bytes(name);
  std::wstring server_name = to_utf16(name);
  SSL_EXTRA_CERT_CHAIN_POLICY_PARA ssl{};
  ssl.cbSize = sizeof ssl;
  ssl.dwAuthType = AUTHTYPE_SERVER;
  if (address.empty())
    ssl.pwszServerName = server_name.data();
  else
    ssl.fdwChecks = 0x1000; // SECURITY_FLAG_IGNORE_CERT_CN_INVALID of wininet.h
  CERT_CHAIN_POLICY_PARA policy{};
  policy.cbSize = sizeof policy;
  policy.pvExtraPolicyPara = &ssl;
  CERT_CHAIN_POLICY_STATUS status{};
  status.cbSize = sizeof status;
  if (!CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_SSL, chain.get(), &policy, &status))
    return windows_error(GetLastError(), refusal);
  if (status.dwError != 0) {
    error e = windows_error(status.dwError, refusal);
    e.code = errc::access_denied;
    return e;
  }
  if (!address.empty() && !is_for_address(server, address))
    return error{errc::access_denied, cat(refusal, ": it is not for that address")};
  return {};
}

} // namespace reeve::os
