// SPDX-License-Identifier: Apache-2.0
#include "linux/taskstats.hpp"

#include "posix/error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/taskstats.h>
#include <optional>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace reeve::os {

namespace {

// The payload of the attribute of that type in a run of attributes, checked against its end.
std::optional<std::string_view> attribute(std::string_view run, unsigned type) noexcept {
  while (run.size() >= sizeof(nlattr)) {
    nlattr head;
    std::memcpy(&head, run.data(), sizeof head);
    if (head.nla_len < sizeof head || head.nla_len > run.size()) return std::nullopt;
    if ((head.nla_type & NLA_TYPE_MASK) == type) return run.substr(sizeof head, head.nla_len - sizeof head);
    run.remove_prefix(std::min<std::size_t>(run.size(), NLA_ALIGN(head.nla_len)));
  }
  return std::nullopt;
}

template <class T>
bool copy_at(std::string_view from, std::size_t offset, T& out) noexcept {
  if (offset + sizeof out > from.size()) return false;
  std::memcpy(&out, from.data() + offset, sizeof out);
  return true;
}

// What follows the two headers of a generic-netlink reply; nothing for an error message.
std::optional<std::string_view> payload(std::string_view message, nlmsghdr& head) noexcept {
  if (!copy_at(message, 0, head) || head.nlmsg_type == NLMSG_ERROR || head.nlmsg_len > message.size() ||
      head.nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN)
    return std::nullopt;
  return message.substr(NLMSG_HDRLEN + GENL_HDRLEN, head.nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN);
}

struct request {
  nlmsghdr head;
  genlmsghdr generic;
  nlattr attribute_head;
  std::uint32_t tgid;
};
static_assert(sizeof(request) == NLMSG_ALIGN(sizeof(request)), "requests are sent as an array");

std::uint16_t find_family(int fd) noexcept {
  struct {
    nlmsghdr head;
    genlmsghdr generic;
    nlattr attribute_head;
    char name[NLA_ALIGN(sizeof TASKSTATS_GENL_NAME)];
  } ask{};
  ask.head.nlmsg_len = sizeof ask;
  ask.head.nlmsg_type = GENL_ID_CTRL;
  ask.head.nlmsg_flags = NLM_F_REQUEST;
  ask.generic.cmd = CTRL_CMD_GETFAMILY;
  ask.generic.version = 1;
  ask.attribute_head.nla_len = sizeof(nlattr) + sizeof TASKSTATS_GENL_NAME;
  ask.attribute_head.nla_type = CTRL_ATTR_FAMILY_NAME;
  std::memcpy(ask.name, TASKSTATS_GENL_NAME, sizeof TASKSTATS_GENL_NAME);
  if (::send(fd, &ask, sizeof ask, 0) < 0) return 0;

  std::array<char, 4096> reply;
  const ssize_t got = ::recv(fd, reply.data(), reply.size(), MSG_DONTWAIT);
  nlmsghdr head{};
  std::uint16_t family = 0;
  if (got <= 0) return 0;
  if (const auto body = payload({reply.data(), static_cast<std::size_t>(got)}, head))
    if (const auto id = attribute(*body, CTRL_ATTR_FAMILY_ID)) copy_at(*id, 0, family);
  return family;
}

} // namespace

result<std::unique_ptr<taskstats>> taskstats::create() {
  std::unique_ptr<taskstats> out(new taskstats);
  out->socket_.reset(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC));
  if (!out->socket_) return posix_error(errno, "cannot open a generic-netlink socket");
  out->family_ = find_family(out->socket_.get());
  if (out->family_ == 0) return error{errc::unsupported, "this kernel has no taskstats", 0};
  out->replies_ = std::make_unique<char[]>(batch * reply_size);

  // The permission is only checked when a process is asked for.
  const std::uint32_t self = static_cast<std::uint32_t>(::getpid());
  std::vector<switch_counts> counts;
  out->read({&self, 1}, counts);
  if (!counts[0].known())
    return error{errc::access_denied, "taskstats cannot be read; the capability CAP_NET_ADMIN allows it",
                 EPERM};
  return out;
}

void taskstats::read(std::span<const std::uint32_t> pids, std::vector<switch_counts>& out) {
  out.assign(pids.size(), {});
  for (std::size_t at = 0; at < pids.size(); at += batch) {
    const std::size_t count = std::min(batch, pids.size() - at);
    if (!ask(pids.subspan(at, count), sequence_)) return;
    collect(count, sequence_, std::span(out).subspan(at, count));
    sequence_ += static_cast<std::uint32_t>(count);
  }
}

bool taskstats::ask(std::span<const std::uint32_t> pids, std::uint32_t first_sequence) {
  std::array<request, batch> requests{};
  for (std::size_t i = 0; i < pids.size(); ++i) {
    request& one = requests[i];
    one.head.nlmsg_len = sizeof one;
    one.head.nlmsg_type = family_;
    one.head.nlmsg_flags = NLM_F_REQUEST;
    one.head.nlmsg_seq = first_sequence + static_cast<std::uint32_t>(i);
    one.generic.cmd = TASKSTATS_CMD_GET;
    one.generic.version = TASKSTATS_GENL_VERSION;
    one.attribute_head.nla_len = sizeof(nlattr) + sizeof one.tgid;
    one.attribute_head.nla_type = TASKSTATS_CMD_ATTR_TGID;
    one.tgid = pids[i];
  }
  return ::send(socket_.get(), requests.data(), pids.size() * sizeof(request), 0) >= 0;
}

// The kernel answers within the send, one message per request, so nothing is waited for.
void taskstats::collect(std::size_t expected, std::uint32_t first_sequence, std::span<switch_counts> out) {
  std::array<mmsghdr, batch> messages{};
  std::array<iovec, batch> pieces;
  for (std::size_t i = 0; i < batch; ++i) {
    pieces[i] = {replies_.get() + i * reply_size, reply_size};
    messages[i].msg_hdr.msg_iov = &pieces[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  std::size_t seen = 0;
  while (seen < expected) {
    const int got = ::recvmmsg(socket_.get(), messages.data(), batch, MSG_DONTWAIT, nullptr);
    if (got <= 0) return;
    seen += static_cast<std::size_t>(got);
    for (int i = 0; i < got; ++i) {
      nlmsghdr head{};
      const auto body =
          payload({replies_.get() + static_cast<std::size_t>(i) * reply_size, messages[i].msg_len}, head);
      const std::uint32_t index =
          head.nlmsg_seq - first_sequence; // an answer to an older question is far out of range
      if (!body || index >= out.size()) continue;
      const auto group = attribute(*body, TASKSTATS_TYPE_AGGR_TGID);
      const auto stats = group ? attribute(*group, TASKSTATS_TYPE_STATS) : std::nullopt;
      switch_counts counts;
      if (stats && copy_at(*stats, offsetof(struct ::taskstats, nvcsw), counts.voluntary) &&
          copy_at(*stats, offsetof(struct ::taskstats, nivcsw), counts.involuntary))
        out[index] = counts;
    }
  }
}

} // namespace reeve::os
