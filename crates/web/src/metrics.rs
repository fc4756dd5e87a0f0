//! Counters of requests. Labels are surfaces, routes as they stand in the router, and status codes: never a host, a
//! path or a user.

use std::time::Duration;

use axum::extract::MatchedPath;
use http::StatusCode;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Which route answered, left in a response by the router.
#[derive(Clone, Default)]
pub(crate) struct Route {
    pub surface: &'static str,
    pub path: RoutePath,
}

/// A route as it stands in the router.
#[derive(Clone, Default)]
pub(crate) enum RoutePath {
    #[default]
    None,
    Matched(MatchedPath),
    Known(&'static str),
}

impl RoutePath {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::None => "-",
            Self::Matched(path) => path.as_str(),
            Self::Known(path) => path,
        }
    }
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Labels {
    surface: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RouteLabels {
    surface: &'static str,
    route: String,
}

/// Upper bounds of the latency buckets, in seconds.
const BUCKETS: [f64; 12] = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0];

#[derive(Clone)]
pub(crate) struct HttpMetrics {
    requests: Family<Labels, Counter>,
    seconds: Family<RouteLabels, Histogram, fn() -> Histogram>,
    pub panics: Counter,
}

impl HttpMetrics {
    pub(crate) fn new(registry: &mut Registry) -> Self {
        let metrics = Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            panics: Counter::default(),
        };
        registry.register("http_requests", "Requests by surface, route and status", metrics.requests.clone());
        registry.register("http_request_seconds", "Time to the head of the answer", metrics.seconds.clone());
        registry.register("http_panics", "Handlers that panicked", metrics.panics.clone());
        metrics
    }

    pub(crate) fn count(&self, route: &Route, status: StatusCode, elapsed: Duration) {
        let surface = route.surface;
        let labels = Labels { surface, route: route.path.as_str().to_owned(), status: status.as_u16() };
        self.requests.get_or_create(&labels).inc();
        let labels = RouteLabels { surface, route: labels.route };
        self.seconds.get_or_create(&labels).observe(elapsed.as_secs_f64());
    }
}
