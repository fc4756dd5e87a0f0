//! Sockets that come from many addresses of the loopback: one address has ports for 28,000 connections at most, and a
//! server takes each address for a visitor of its own.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpStream};

use rustix::net::{AddressFamily, SocketFlags, SocketType};

/// How many addresses connections are spread over.
const ADDRESSES: usize = 200;

/// Connects to `server` from an address that follows from the connection's number.
pub(crate) fn connect_from(number: usize, server: SocketAddr) -> anyhow::Result<TcpStream> {
    connect_with_buffer(number, server, None)
}

/// The same with a limit on what the kernel keeps for the reader.
pub(crate) fn connect_with_buffer(
    number: usize,
    server: SocketAddr,
    receive_buffer: Option<usize>,
) -> anyhow::Result<TcpStream> {
    let socket =
        rustix::net::socket_with(AddressFamily::INET, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
    let source = Ipv4Addr::new(127, 0, 0, (2 + number % ADDRESSES) as u8);
    rustix::net::sockopt::set_socket_reuseaddr(&socket, true)?;
    if let Some(bytes) = receive_buffer {
        rustix::net::sockopt::set_socket_recv_buffer_size(&socket, bytes)?;
    }
    rustix::net::bind(&socket, &SocketAddrV4::new(source, 0))?;
    rustix::net::connect(&socket, &server)?;
    Ok(socket.into())
}
