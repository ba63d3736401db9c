// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include <set>
#include <string>

namespace reeve::port_watch {

namespace {

std::string element(const char* list, std::uint32_t i) {
  return std::string(list) + "[" + std::to_string(i) + "]";
}

std::uint16_t read_port(sdk::config& config, const std::string& table) {
  if (!config.has(table, "port")) config.reject(table, "a port is missing: port = 8080");
  return static_cast<std::uint16_t>(config.integer_or(table + ".port", 1, 1, 65535));
}

std::optional<sdk::address> read_address(sdk::config& config, const std::string& path) {
  const auto text = config.text(path);
  if (!text || *text == "any") return std::nullopt;
  auto address = sdk::parse_address(*text);
  if (!address)
    config.reject(path, "\"" + *text + "\" is no address; write it as \"127.0.0.1\", \"::1\" or \"any\"");
  return address;
}

// The index of the text among the words; 0, with an error, when it is none of them.
std::size_t read_word(sdk::config& config, const std::string& path,
                      std::initializer_list<const char*> words) {
  const std::string text = config.text_or(path, *words.begin());
  std::size_t i = 0;
  for (const char* word : words) {
    if (text == word) return i;
    ++i;
  }
  std::string all;
  for (const char* word : words)
    all += (all.empty() ? "\"" : ", \"") + std::string(word) + "\"";
  config.reject(path, "\"" + text + "\" is none of " + all);
  return 0;
}

declared_port read_declared(sdk::config& config, const std::string& path) {
  declared_port out;
  out.port = read_port(config, path);
  out.protocol = read_word(config, path + ".protocol", {"tcp", "udp"}) == 0 ? REEVE_TCP : REEVE_UDP;
  out.address = read_address(config, path + ".address");
  out.free = read_word(config, path + ".expect", {"listening", "free"}) == 1;
  out.owners = config.texts(path + ".owner");
  if (out.free && !out.owners.empty())
    config.reject(path + ".owner", "nobody owns a port that is expected to be free");
  return out;
}

declared_endpoint read_endpoint(sdk::config& config, const std::string& path) {
  declared_endpoint out;
  out.name = config.text_or(path + ".name", "");
  if (out.name.empty()) config.reject(path, "a name is missing: name = \"database\"");
  out.port = read_port(config, path);
  out.address = read_address(config, path + ".address");
  out.limit = config.integer_or(path + ".limit", 0, 0, 1'000'000);
  out.warn_ratio = config.number_or(path + ".warn_ratio", out.warn_ratio);
  if (!(out.warn_ratio > 0 && out.warn_ratio <= 1))
    config.reject(path + ".warn_ratio", "must be more than 0 and at most 1");
  return out;
}

} // namespace

options read_options(sdk::config& config) {
  options o;
  o.owners = config.flag_or("owners", o.owners);
  o.connections = config.flag_or("connections", o.connections);
  o.udp = config.flag_or("udp", o.udp);
  o.max_ports = config.integer_or("max_ports", o.max_ports, 1, 65536);
  for (std::uint32_t i = 0, n = config.length("port"); i < n; ++i)
    o.ports.push_back(read_declared(config, element("port", i)));
  std::set<std::string> names;
  for (std::uint32_t i = 0, n = config.length("endpoint"); i < n; ++i) {
    o.endpoints.push_back(read_endpoint(config, element("endpoint", i)));
    if (!names.insert(o.endpoints.back().name).second)
      config.reject(element("endpoint", i) + ".name", "another endpoint has this name");
  }
  if (!o.endpoints.empty() && !o.connections)
    config.reject("connections", "endpoints count connections: leave it true");
  if (!o.endpoints.empty() && !o.owners)
    config.reject("owners", "endpoints name who holds connections: leave it true");
  for (std::size_t i = 0; i < o.ports.size(); ++i)
    if (!o.ports[i].owners.empty() && !o.owners)
      config.reject("owners", "a declared port has an expected owner: leave it true");
  for (std::size_t i = 0; i < o.ports.size(); ++i)
    if (o.ports[i].protocol == REEVE_UDP && !o.udp) {
      config.reject("udp", "a declared port is one of UDP: leave it true");
      break;
    }
  return o;
}

} // namespace reeve::port_watch
