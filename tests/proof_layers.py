"""Gradients as people write them by hand, right and wrong, by layer: (name, forward, wrt, right, wrong, assumptions).

``right`` and ``wrong`` are equations in the text notation that define ``G``; what is not a scalar has its upstream
gradient declared as an input, as ``dy``.
"""

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
    (
        "rms_norm",
        "input x[N,D]\nparam g[D]\nconst eps > 0\nr[n] = sqrt(mean(d, x[n,d]**2) + eps)\ny[n,d] = g[d]*x[n,d]/r[n]",
        "x",
        ["G[n,d] = dy[n,d]*g[d]/r[n] - x[n,d]*sum(e, dy[n,e]*g[e]*x[n,e])/(D*r[n]**3)"],
        ["G[n,d] = dy[n,d]*g[d]/r[n] - x[n,d]*sum(e, dy[n,e]*g[e]*x[n,e])/r[n]**3"],
        (),
    ),
    (
        "l2_normalise",
        "input x[N,D]\nr[n] = sqrt(sum(d, x[n,d]**2))\ny[n,d] = x[n,d]/r[n]",
        "x",
        ["G[n,d] = (dy[n,d] - y[n,d]*sum(e, y[n,e]*dy[n,e]))/r[n]"],
        ["G[n,d] = (dy[n,d] - y[n,d]*sum(e, dy[n,e]))/r[n]"],
        (),
    ),
    (
        "cosine",
        "input a[D], b[D]\nA = sqrt(sum(d, a[d]**2))\nB = sqrt(sum(d, b[d]**2))\nc = sum(d, a[d]*b[d])/(A*B)",
        "a",
        ["G[d] = b[d]/(A*B) - c*a[d]/A**2"],
        ["G[d] = b[d]/(A*B) - c*b[d]/B**2"],
        (),
    ),
    (
        "log_sum_exp",
        "input x[N,D]\ny[n] = log(sum(d, exp(x[n,d])))",
        "x",
        [
            "G[n,d] = dy[n]*exp(x[n,d] - y[n])",
            "m[n] = max(d, x[n,d]); G[n,d] = dy[n]*exp(x[n,d] - m[n])/sum(e, exp(x[n,e] - m[n]))",
        ],
        ["G[n,d] = exp(x[n,d] - y[n])"],
        (),
    ),
    (
        "log_softmax",
        "input x[N,D]\ny[n,d] = x[n,d] - log(sum(e, exp(x[n,e])))",
        "x",
        ["G[n,d] = dy[n,d] - exp(y[n,d])*sum(e, dy[n,e])"],
        ["G[n,d] = dy[n,d] - exp(y[n,d])*dy[n,d]"],
        (),
    ),
    (
        "quadratic",
        "input x[D]\nparam A[D,D]\nC = sum(i, j, x[i]*A[i,j]*x[j])",
        "x",
        ["G[i] = sum(j, (A[i,j] + A[j,i])*x[j])"],
        ["G[i] = 2*sum(j, A[i,j]*x[j])", "G[i] = sum(j, A[i,j]*x[j])"],
        (),
    ),
    (
        "quadratic_symmetric",
        "input x[D]\nparam A[D,D]\nC = sum(i, j, x[i]*A[i,j]*x[j])",
        "x",
        ["G[i] = 2*sum(j, A[j,i]*x[j])"],
        ["G[i] = sum(j, A[i,j]*x[j])"],
        (("symmetric", "A", None),),
    ),
    (
        "least_squares",
        "input A[M,D], x[D], b[M]\nC = sum(i, (sum(j, A[i,j]*x[j]) - b[i])**2)/2",
        "A",
        ["G[i,j] = (sum(k, A[i,k]*x[k]) - b[i])*x[j]"],
        ["G[i,j] = (sum(k, A[i,k]*x[k]) - b[i])*b[i] + 0*A[i,j]"],
        (),
    ),
    (
        "trace_of_cube",
        "input X[D,D]\nC = sum(i, j, k, X[i,j]*X[j,k]*X[k,i])",
        "X",
        ["G[i,j] = 3*sum(k, X[j,k]*X[k,i])"],
        ["G[i,j] = 3*sum(k, X[i,k]*X[k,j])"],
        (),
    ),
    (
        "orthogonal",
        "input x[D]\nparam Q[D,D]\nz[i] = sum(j, Q[i,j]*x[j])\nC = sum(i, z[i]**2)",
        "x",
        ["G[j] = 2*x[j]"],
        ["G[j] = 2*z[j]"],
        (("orthogonal", "Q", None),),
    ),
    (
        "unit_vector",
        "input x[D], w[D]\ns = sum(d, w[d]*x[d])\ny[d] = x[d] - 2*s*w[d]\nC = sum(d, y[d]**2)",
        "x",
        ["G[d] = 2*x[d]"],
        ["G[d] = 2*y[d]"],
        (("norm", "w", 1),),
    ),
    (
        "embedding",
        "label t[N] < V\nparam W[V,D]\nindex v < V\ny[n,d] = W[t[n],d]",
        "W",
        ["G[v,d] = sum(n, (t[n] == v)*dy[n,d])"],
        ["G[v,d] = sum(n, dy[n,d])"],
        (),
    ),
    (
        "label_cross_entropy",
        "input z[N,K]\nlabel t[N] < K\nC = mean(n, log(sum(k, exp(z[n,k]))) - z[n,t[n]])",
        "z",
        ["G[n,k] = (exp(z[n,k])/sum(j, exp(z[n,j])) - (t[n] == k))/N"],
        ["G[n,k] = (exp(z[n,k])/sum(j, exp(z[n,j])) - 1)/N"],
        (),
    ),
    (
        "relu_layer",
        "input x[N,D]\nparam W[D,H]\ny[n,h] = relu(sum(d, x[n,d]*W[d,h]))",
        "W",
        ["G[d,h] = sum(n, x[n,d]*dy[n,h]*(y[n,h] > 0))", "G[d,h] = sum(n, x[n,d]*where(y[n,h] > 0, dy[n,h], 0))"],
        ["G[d,h] = sum(n, x[n,d]*dy[n,h]*(y[n,h] >= 0))", "G[d,h] = sum(n, x[n,d]*dy[n,h])"],
        (),
    ),
    (
        "dropout_mask",
        "input x[N,D]\nmask m[N,D]\nconst r > 0\ny[n,d] = x[n,d]*m[n,d]/r",
        "x",
        ["G[n,d] = dy[n,d]*m[n,d]**2/r"],
        ["G[n,d] = dy[n,d]*m[n,d]"],
        (),
    ),
    (
        "gelu",
        "input x[N]\ny[n] = x[n]*(1 + erf(x[n]/sqrt(2)))/2",
        "x",
        ["G[n] = dy[n]*((1 + erf(x[n]/sqrt(2)))/2 + x[n]*exp(-x[n]**2/2)/sqrt(2*pi))"],
        ["G[n] = dy[n]*((1 + erf(x[n]/sqrt(2)))/2 + x[n]*exp(-x[n]**2)/sqrt(2*pi))"],
        (),
    ),
    (
        "mish",
        "input x[N]\ny[n] = x[n]*tanh(log(1 + exp(x[n])))",
        "x",
        [
            "o[n] = exp(x[n])*(4*(x[n] + 1) + 4*exp(2*x[n]) + exp(3*x[n]) + exp(x[n])*(4*x[n] + 6));"
            "e[n] = 2*exp(x[n]) + exp(2*x[n]) + 2; G[n] = dy[n]*o[n]/e[n]**2"
        ],
        ["G[n] = dy[n]*(tanh(log(1 + exp(x[n]))) + x[n]*sigmoid(x[n]))"],
        (),
    ),
    (
        "moving_window",
        "input x[T]\nparam w[R]\nindex t < T - R + 1, s < T - R + 1, r < R\ny[t] = sum(r, w[r]*x[t + r])",
        "w",
        ["G[r] = sum(s, dy[s]*x[s + r])"],
        ["G[r] = sum(s, dy[s]*x[s])"],
        (),
    ),
    (
        "moving_window_x",
        "input x[T]\nparam w[R]\nindex t < T - R + 1, u < T\ny[t] = sum(r, w[r]*x[t + r])",
        "x",
        ["G[u] = sum(r, w[r]*dy[u - r])"],
        ["G[u] = sum(r, w[r]*dy[u + r])"],
        (),
    ),
    (
        "cumulative_sum",
        "input x[T]\nindex t < T, s < T\ny[t] = sum(s, x[s]*(s <= t))",
        "x",
        ["G[s] = sum(t, dy[t]*(t >= s))"],
        ["G[s] = sum(t, dy[t]*(t > s))"],
        (),
    ),
    (
        "layer_norm_after_linear",
        "input x[N,D]\nparam W[D,H]\nconst eps > 0\nz[n,h] = sum(d, x[n,d]*W[d,h])\n"
        "m[n] = mean(h, z[n,h])\nv[n] = mean(h, (z[n,h] - m[n])**2)\ny[n,h] = (z[n,h] - m[n])/sqrt(v[n] + eps)",
        "W",
        ["G[d,h] = sum(n, x[n,d]*(dy[n,h] - mean(j, dy[n,j]) - y[n,h]*mean(j, dy[n,j]*y[n,j]))/sqrt(v[n] + eps))"],
        ["G[d,h] = sum(n, x[n,d]*(dy[n,h] - y[n,h]*mean(j, dy[n,j]*y[n,j]))/sqrt(v[n] + eps))"],
        (),
    ),
]
