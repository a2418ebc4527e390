"""Gradients as people write them by hand, right and wrong, by layer: (name, forward, wrt, right, wrong, assumptions).

``right`` and ``wrong`` are equations in the text notation that define ``G``; what is not a scalar has its upstream
gradient declared as an input, as ``dy``.
"""

from .proof_plain_layers import PLAIN_LAYERS

LAYER_NORM = """
input  x[N,D]
param  g[D], b[D]
const  eps > 0
m[n] = mean(d, x[n,d])
v[n] = mean(d, (x[n,d] - m[n])**2)
u[n,d] = (x[n,d] - m[n])/sqrt(v[n] + eps)
y[n,d] = g[d]*u[n,d] + b[d]
"""
BATCH_NORM = """
input  x[N,D]
param  g[D], b[D]
const  eps > 0
m[d] = mean(n, x[n,d])
v[d] = mean(n, (x[n,d] - m[d])**2)
u[n,d] = (x[n,d] - m[d])/sqrt(v[d] + eps)
y[n,d] = g[d]*u[n,d] + b[d]
"""
SOFTMAX = """
input  z[N,K]
p[n,k] = exp(z[n,k])/sum(k2, exp(z[n,k2]))
"""
STABLE_SOFTMAX = """
input  z[N,K]
s[n] = max(k, z[n,k])
p[n,k] = exp(z[n,k] - s[n])/sum(k2, exp(z[n,k2] - s[n]))
"""
ONE_HOT = """
input  z[N,K]
target Y[N,K]
p[n,k] = exp(z[n,k])/sum(k2, exp(z[n,k2]))
C = -mean(n, sum(k, Y[n,k]*log(p[n,k])))
"""
ATTENTION = """
input  q[S,E], k[T,E], v[T,M]
z[s,t] = sum(e, q[s,e]*k[t,e])/sqrt(E)
p[s,t] = exp(z[s,t])/sum(t2, exp(z[s,t2]))
o[s,j] = sum(t, p[s,t]*v[t,j])
"""
MLP = """
input  x[N,D]
param  W[D,H], b[H], V[H,K], c[K]
target y[N,K]
a[n,h] = tanh(sum(d, x[n,d]*W[d,h]) + b[h])
f[n,k] = sum(h, a[n,h]*V[h,k]) + c[k]
C = sum(n, k, (f[n,k] - y[n,k])**2)/(2*N)
"""
LOGISTIC = """
input  x[N,D]
param  w[D]
target y[N]
p[n] = sigmoid(sum(d, w[d]*x[n,d]))
C = -mean(n, y[n]*log(p[n]) + (1 - y[n])*log(1 - p[n]))
"""

LAYERS = [
    *PLAIN_LAYERS,
    (
        "layer_norm_compact",
        LAYER_NORM,
        "x",
        [
            "h[n,d] = dy[n,d]*g[d];"
            " G[n,d] = (h[n,d] - mean(d2, h[n,d2]) - u[n,d]*mean(d2, h[n,d2]*u[n,d2]))/sqrt(v[n] + eps)",
            "G[n,d] = (D*dy[n,d]*g[d] - sum(e, dy[n,e]*g[e]) - u[n,d]*sum(e, dy[n,e]*g[e]*u[n,e]))"
            "/(D*sqrt(v[n] + eps))",
        ],
        [
            "h[n,d] = dy[n,d]*g[d];"
            " G[n,d] = (h[n,d] - mean(d2, h[n,d2]) + u[n,d]*mean(d2, h[n,d2]*u[n,d2]))/sqrt(v[n] + eps)",
            "h[n,d] = dy[n,d]*g[d]; G[n,d] = (h[n,d] - u[n,d]*mean(d2, h[n,d2]*u[n,d2]))/sqrt(v[n] + eps)",
            "h[n,d] = dy[n,d]*g[d];"
            " G[n,d] = (h[n,d] - mean(d2, h[n,d2]) - u[n,d]*mean(d2, h[n,d2]*u[n,d2]))/sqrt(v[n])",
        ],
        (),
    ),
    (
        "layer_norm_g",
        LAYER_NORM,
        "g",
        ["G[d] = sum(n, dy[n,d]*(x[n,d] - m[n])/sqrt(v[n] + eps))"],
        ["G[d] = mean(n, dy[n,d]*u[n,d])", "G[d] = sum(n, dy[n,d]*x[n,d])"],
        (),
    ),
    (
        "batch_norm_compact",
        BATCH_NORM,
        "x",
        [
            "G[n,d] = g[d]/(N*sqrt(v[d] + eps))*(N*dy[n,d] - sum(k, dy[k,d]) - u[n,d]*sum(k, dy[k,d]*u[k,d]))",
            "dv1[d] = sum(n, dy[n,d]*g[d]*(x[n,d] - m[d]))*(-1/2)*(v[d] + eps)**(-3/2);"
            "dm1[d] = -sum(n, dy[n,d]*g[d])/sqrt(v[d] + eps) + dv1[d]*mean(n, -2*(x[n,d] - m[d]));"
            "G[n,d] = dy[n,d]*g[d]/sqrt(v[d] + eps) + dv1[d]*2*(x[n,d] - m[d])/N + dm1[d]/N",
        ],
        [
            "G[n,d] = g[d]/(N*sqrt(v[d] + eps))*(N*dy[n,d] - sum(k, dy[k,d]) + u[n,d]*sum(k, dy[k,d]*u[k,d]))",
            "G[n,d] = g[d]/sqrt(v[d] + eps)*(N*dy[n,d] - sum(k, dy[k,d]) - u[n,d]*sum(k, dy[k,d]*u[k,d]))",
            "G[n,d] = g[d]*dy[n,d]/sqrt(v[d] + eps)",
            "dv1[d] = sum(n, dy[n,d]*g[d]*(x[n,d] - m[d]))*(1/2)*(v[d] + eps)**(-3/2);"
            "dm1[d] = -sum(n, dy[n,d]*g[d])/sqrt(v[d] + eps) + dv1[d]*mean(n, -2*(x[n,d] - m[d]));"
            "G[n,d] = dy[n,d]*g[d]/sqrt(v[d] + eps) + dv1[d]*2*(x[n,d] - m[d])/N + dm1[d]/N",
        ],
        (),
    ),
    (
        "softmax",
        SOFTMAX,
        "z",
        [
            "G[n,k] = p[n,k]*(dp[n,k] - sum(j, dp[n,j]*p[n,j]))",
            "J[n,k,j] = p[n,k]*((k == j) - p[n,j]); G[n,k] = sum(j, dp[n,j]*J[n,j,k])",
        ],
        [
            "G[n,k] = dp[n,k]*p[n,k]*(1 - p[n,k])",
            "G[n,k] = p[n,k]*(dp[n,k] - sum(j, dp[n,j]))",
            "J[n,k,j] = p[n,k]*((k == j) + p[n,j]); G[n,k] = sum(j, dp[n,j]*J[n,j,k])",
        ],
        (),
    ),
    (
        "stable_softmax",
        STABLE_SOFTMAX,
        "z",
        ["G[n,k] = p[n,k]*(dp[n,k] - sum(j, dp[n,j]*p[n,j]))"],
        ["G[n,k] = p[n,k]*dp[n,k]"],
        (),
    ),
    (
        "one_hot_cross_entropy",
        ONE_HOT,
        "z",
        ["G[n,k] = (p[n,k] - Y[n,k])/N"],
        ["G[n,k] = p[n,k] - Y[n,k]", "G[n,k] = (Y[n,k] - p[n,k])/N"],
        (("one_hot", "Y", None),),
    ),
    (
        "soft_cross_entropy",
        ONE_HOT,
        "z",
        ["G[n,k] = (p[n,k]*sum(j, Y[n,j]) - Y[n,k])/N"],
        ["G[n,k] = (p[n,k] - Y[n,k])/N"],
        (),
    ),
    (
        "summed_cross_entropy",
        ONE_HOT,
        "z",
        ["G[n,k] = (p[n,k] - Y[n,k])/N"],
        [],
        (("sum", "Y", 1), ("positive", "Y", None)),
    ),
    (
        "attention_q",
        ATTENTION,
        "q",
        [
            "dP[s,t] = sum(j, do[s,j]*v[t,j]); dS[s,t] = p[s,t]*(dP[s,t] - sum(r, p[s,r]*dP[s,r]));"
            "G[s,e] = sum(t, dS[s,t]*k[t,e])/sqrt(E)",
            "dP[s,t] = sum(j, do[s,j]*v[t,j]); r[s] = sum(j, do[s,j]*o[s,j]);"
            "G[s,e] = sum(t, p[s,t]*(dP[s,t] - r[s])*k[t,e])/sqrt(E)",
        ],
        [
            "dP[s,t] = sum(j, do[s,j]*v[t,j]); dS[s,t] = p[s,t]*(dP[s,t] - sum(r, p[s,r]*dP[s,r]));"
            "G[s,e] = sum(t, dS[s,t]*k[t,e])",
            "dP[s,t] = sum(j, do[s,j]*v[t,j]); G[s,e] = sum(t, p[s,t]*(1 - p[s,t])*dP[s,t]*k[t,e])/sqrt(E)",
        ],
        (),
    ),
    (
        "attention_k",
        ATTENTION,
        "k",
        [
            "dP[s,t] = sum(j, do[s,j]*v[t,j]); dS[s,t] = p[s,t]*(dP[s,t] - sum(r, p[s,r]*dP[s,r]));"
            "G[t,e] = sum(s, dS[s,t]*q[s,e])/sqrt(E)"
        ],
        [
            "dP[s,t] = sum(j, do[s,j]*v[t,j]); dS[s,t] = p[s,t]*(dP[s,t] - sum(r, p[s,r]*dP[s,r]));"
            "G[t,e] = sum(s, dS[s,t]*q[s,e])/E"
        ],
        (),
    ),
    (
        "attention_v",
        ATTENTION,
        "v",
        ["G[t,j] = sum(s, p[s,t]*do[s,j])"],
        ["G[t,j] = sum(s, p[s,t])*sum(s, do[s,j])"],
        (),
    ),
    (
        "mlp_w",
        MLP,
        "W",
        ["G[d,h] = sum(n, x[n,d]*(1 - a[n,h]**2)*sum(k, V[h,k]*(f[n,k] - y[n,k])))/N"],
        [
            "G[d,h] = sum(n, x[n,d]*(1 - a[n,h])*sum(k, V[h,k]*(f[n,k] - y[n,k])))/N",
            "G[d,h] = sum(n, x[n,d]*(1 - a[n,h]**2)*sum(k, V[h,k]*(f[n,k] - y[n,k])))",
            "G[d,h] = sum(n, x[n,d]*sum(k, V[h,k]*(f[n,k] - y[n,k])))/N",
        ],
        (),
    ),
    (
        "logistic_w",
        LOGISTIC,
        "w",
        ["G[d] = mean(n, (p[n] - y[n])*x[n,d])"],
        ["G[d] = sum(n, (p[n] - y[n])*x[n,d])"],
        (),
    ),
]
