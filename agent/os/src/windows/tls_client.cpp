// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/tls_client.hpp"

#include "reeve/base/strings.hpp"
#include "windows/certificate_check.hpp"
#include "windows/error.hpp"
#include "windows/utf.hpp"
#include "windows/windows.hpp"

#define SECURITY_WIN32
#include <sspi.h>
// After sspi.h, which it does not include.
#include <schannel.h>

#include <algorithm>
#include <cstring>
#include <optional>

namespace reeve::os {

namespace {

constexpr DWORD context_wishes = ISC_REQ_SEQUENCE_DETECT | ISC_REQ_REPLAY_DETECT | ISC_REQ_CONFIDENTIALITY |
                                 ISC_REQ_STREAM | ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_MANUAL_CRED_VALIDATION |
                                 ISC_REQ_USE_SUPPLIED_CREDS;

constexpr char record_of_alert = 21; // RFC 5246, 6.2.1

error tls_error(SECURITY_STATUS status) {
  return windows_error(static_cast<std::uint32_t>(status), "TLS failed");
}

SecBuffer buffer(unsigned long type, std::string& bytes) {
  return {static_cast<unsigned long>(bytes.size()), type, bytes.data()};
}

// What clients and their sessions share.
struct credentials {
  CredHandle handle{};
  bool acquired = false;
  std::unique_ptr<certificate_check> check; // null: every certificate is taken

  ~credentials() {
    if (acquired) FreeCredentialsHandle(&handle);
  }
};

class session final : public tls_session {
 public:
  session(std::shared_ptr<credentials> own, std::string name)
      : own_(std::move(own)), name_(std::move(name)),
        // RFC 6066, 3: an address is no name.
        server_name_(address_bytes(name_).empty() ? to_utf16(name_) : std::wstring()) {}
  ~session() override {
    if (context_) DeleteSecurityContext(&*context_);
  }

  result<> receive(std::string_view from_peer, std::string& plain) override {
    in_ += from_peer;
    if (!open_) {
      if (auto shaken = handshake(); !shaken || !open_) return shaken;
    }
    return decrypt(plain);
  }

  result<> write(std::string_view plain) override {
    while (!plain.empty()) {
      const std::string_view piece = plain.substr(0, sizes_.cbMaximumMessage);
      plain.remove_prefix(piece.size());
      std::string record(sizes_.cbHeader + piece.size() + sizes_.cbTrailer, '\0');
      std::copy(piece.begin(), piece.end(), record.begin() + sizes_.cbHeader);
      char* const data = record.data() + sizes_.cbHeader;
      SecBuffer parts[] = {{sizes_.cbHeader, SECBUFFER_STREAM_HEADER, record.data()},
                           {static_cast<unsigned long>(piece.size()), SECBUFFER_DATA, data},
                           {sizes_.cbTrailer, SECBUFFER_STREAM_TRAILER, data + piece.size()},
                           {0, SECBUFFER_EMPTY, nullptr}};
      SecBufferDesc all{SECBUFFER_VERSION, 4, parts};
      const SECURITY_STATUS status = EncryptMessage(&*context_, 0, &all, 0);
      if (status != SEC_E_OK) return tls_error(status);
      out_.append(record, 0, parts[0].cbBuffer + parts[1].cbBuffer + parts[2].cbBuffer);
    }
    return {};
  }

  std::string take_output() override { return std::exchange(out_, {}); }
  bool is_open() const noexcept override { return open_; }
  bool has_ended() const noexcept override { return ended_; }

 private:
  result<> handshake() {
    for (;;) {
      const bool first = !context_;
      if (!first && in_.empty()) return {};
      CtxtHandle made{};
      SecBuffer given[] = {buffer(SECBUFFER_TOKEN, in_), {0, SECBUFFER_EMPTY, nullptr}};
      SecBufferDesc given_all{SECBUFFER_VERSION, 2, given};
      SecBuffer answer[] = {{0, SECBUFFER_TOKEN, nullptr}};
      SecBufferDesc answer_all{SECBUFFER_VERSION, 1, answer};
      DWORD attributes = 0;
      const SECURITY_STATUS status = InitializeSecurityContextW(
          &own_->handle, first ? nullptr : &*context_, server_name_.empty() ? nullptr : server_name_.data(),
          context_wishes, 0, 0, first ? nullptr : &given_all, 0, first ? &made : nullptr, &answer_all,
          &attributes, nullptr);
      if (first && (status == SEC_E_OK || status == SEC_I_CONTINUE_NEEDED)) context_ = made;
      if (answer[0].pvBuffer) {
        out_.append(static_cast<const char*>(answer[0].pvBuffer), answer[0].cbBuffer);
        FreeContextBuffer(answer[0].pvBuffer);
      }
      if (status == SEC_E_INCOMPLETE_MESSAGE) return {};
      // The server would like a certificate of ours. There is none; the same bytes again say so (Microsoft, "Creating a
      // Secure Connection Using Schannel").
      if (status == SEC_I_INCOMPLETE_CREDENTIALS && !std::exchange(refused_certificate_, true)) continue;
      if (status != SEC_E_OK && status != SEC_I_CONTINUE_NEEDED) return tls_error(status);
      if (!first) keep_extra(given[1]);
      if (status == SEC_E_OK) return opened();
    }
  }

  result<> opened() {
    if (own_->check) {
      PCCERT_CONTEXT server = nullptr;
      const SECURITY_STATUS status =
          QueryContextAttributesW(&*context_, SECPKG_ATTR_REMOTE_CERT_CONTEXT, &server);
      if (status != SEC_E_OK) return tls_error(status);
      const auto accepted = own_->check->accepts(server, name_);
      CertFreeCertificateContext(server);
      if (!accepted) return accepted;
    }
    const SECURITY_STATUS status = QueryContextAttributesW(&*context_, SECPKG_ATTR_STREAM_SIZES, &sizes_);
    if (status != SEC_E_OK) return tls_error(status);
    open_ = true;
    return {};
  }

  result<> decrypt(std::string& plain) {
    while (!in_.empty() && !ended_) {
      SecBuffer parts[] = {buffer(SECBUFFER_DATA, in_),
                           {0, SECBUFFER_EMPTY, nullptr},
                           {0, SECBUFFER_EMPTY, nullptr},
                           {0, SECBUFFER_EMPTY, nullptr}};
      SecBufferDesc all{SECBUFFER_VERSION, 4, parts};
      const bool alert = in_.front() == record_of_alert;
      const SECURITY_STATUS status = DecryptMessage(&*context_, &all, 0, nullptr);
      if (status == SEC_E_INCOMPLETE_MESSAGE) return {};
      // Wine 8 says SEC_E_OK of the alert that nothing follows.
      if (status == SEC_I_CONTEXT_EXPIRED || (status == SEC_E_OK && alert)) {
        ended_ = true;
        return {};
      }
      // A server that wants another handshake now does not get it.
      if (status != SEC_E_OK) return tls_error(status);
      SecBuffer rest{0, SECBUFFER_EMPTY, nullptr};
      for (const SecBuffer& part : parts) {
        if (part.BufferType == SECBUFFER_DATA)
          plain.append(static_cast<const char*>(part.pvBuffer), part.cbBuffer);
        if (part.BufferType == SECBUFFER_EXTRA) rest = part;
      }
      keep_extra(rest);
    }
    return {};
  }

  // Of what was received the end, which belongs to the next record.
  void keep_extra(const SecBuffer& rest) {
    in_.erase(0, in_.size() - (rest.BufferType == SECBUFFER_EXTRA
                                   ? std::min<std::size_t>(rest.cbBuffer, in_.size())
                                   : 0));
  }

  std::shared_ptr<credentials> own_;
  std::string name_;
  std::wstring server_name_;
  std::optional<CtxtHandle> context_;
  SecPkgContext_StreamSizes sizes_{};
  std::string in_; // not yet decrypted
  std::string out_;
  bool refused_certificate_ = false;
  bool open_ = false;
  bool ended_ = false;
};

class client final : public tls_client {
 public:
  explicit client(std::shared_ptr<credentials> own) : own_(std::move(own)) {}
  result<std::unique_ptr<tls_session>> connect(const std::string& name) override {
    return std::unique_ptr<tls_session>(std::make_unique<session>(own_, name));
  }

 private:
  std::shared_ptr<credentials> own_;
};

} // namespace

result<std::unique_ptr<tls_client>> tls_client::create(const tls_options& options) {
  auto own = std::make_shared<credentials>();
  if (options.verify) {
    auto check = certificate_check::create(options.ca_file);
    if (!check) return check.error();
    own->check = *std::move(check);
  }
  SCHANNEL_CRED wanted{};
  wanted.dwVersion = SCHANNEL_CRED_VERSION;
  // TLS 1.3 would need SCH_CREDENTIALS, which systems before Windows 10 1809 do not know.
  wanted.grbitEnabledProtocols = SP_PROT_TLS1_2_CLIENT;
  wanted.dwFlags = SCH_CRED_MANUAL_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS | SCH_USE_STRONG_CRYPTO;
  wchar_t package[] = UNISP_NAME_W;
  const SECURITY_STATUS status = AcquireCredentialsHandleW(nullptr, package, SECPKG_CRED_OUTBOUND, nullptr,
                                                           &wanted, nullptr, nullptr, &own->handle, nullptr);
  if (status != SEC_E_OK) return tls_error(status);
  own->acquired = true;
  return std::unique_ptr<tls_client>(std::make_unique<client>(std::move(own)));
}

} // namespace reeve::os
