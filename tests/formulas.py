"""Formulas that many tests iterate: name -> text. Every size of one formula is a symbol of its own.

A new row is parsed, printed back, evaluated, differentiated, checked and compiled by the tests that iterate this table.
"""

FORMULAS = {
    "linear": """
input  x[N,D]
param  W[D,M], b[M]
z[n,j] = sum(i, x[n,i]*W[i,j]) + b[j]
a[n,j] = tanh(z[n,j])
target y[N,M]
C = sum(n, j, (a[n,j] - y[n,j])**2)/(2*N)
""",
    "conv2d": """
# cross-correlation with stride S and padding P
size   S, P
input  x[N,G,H,W]
param  K[F,G,R,Q], b[F]
index  h < (H + 2*P - R)//S + 1, w < (W + 2*P - Q)//S + 1
y[n,f,h,w] = sum(g, r, q, x[n, g, S*h + r - P, S*w + q - P]*K[f,g,r,q]) + b[f]
""",
    "max_pool": """
# windows of R x R, stride S, padding P: outside of the image stands -inf
size   R, S, P
input  x[N,G,H,W]
index  h < (H + 2*P - R)//S + 1, w < (W + 2*P - R)//S + 1, r < R, q < R
y[n,g,h,w] = max(r, q, where((0 <= S*h + r - P)*(S*h + r - P < H)*(0 <= S*w + q - P)*(S*w + q - P < W),
                             x[n, g, S*h + r - P, S*w + q - P], -inf))
""",
    "batch_norm": """
input  x[N,D]
param  g[D], b[D]
const  eps > 0
m[d] = mean(n, x[n,d])
v[d] = mean(n, (x[n,d] - m[d])**2)
u[n,d] = (x[n,d] - m[d])/sqrt(v[d] + eps)
y[n,d] = g[d]*u[n,d] + b[d]
""",
    "layer_norm": """
input  x[N,D]
param  g[D], b[D]
const  eps > 0
m[n] = mean(d, x[n,d])
v[n] = mean(d, (x[n,d] - m[n])**2)
u[n,d] = (x[n,d] - m[n])/sqrt(v[n] + eps)
y[n,d] = g[d]*u[n,d] + b[d]
""",
    "attention": """
# A heads of width E, causal: s looks at t <= s
input  x[N,T,D]
param  Wq[D,(A,E)], Wk[D,(A,E)], Wv[D,(A,E)], Wo[(A,E),D]
index  s < T, t < T
q[n,a,s,e] = sum(i, x[n,s,i]*Wq[i,(a,e)])
k[n,a,t,e] = sum(i, x[n,t,i]*Wk[i,(a,e)])
v[n,a,t,e] = sum(i, x[n,t,i]*Wv[i,(a,e)])
z[n,a,s,t] = where(t <= s, sum(e, q[n,a,s,e]*k[n,a,t,e])/sqrt(E), -inf)
p[n,a,s,t] = exp(z[n,a,s,t])/sum(t2, exp(z[n,a,s,t2]))
o[n,a,s,e] = sum(t, p[n,a,s,t]*v[n,a,t,e])
y[n,s,i] = sum(a, e, o[n,a,s,e]*Wo[(a,e),i])
""",
    "embedding": """
label  t[N,T] < V
param  W[V,D]
y[n,s,d] = W[t[n,s],d]
""",
    "lstm": """
# gates: input 0, forget 1, cell 2, output 3
input  x[N,T,D], h0[N,H], c0[N,H]
param  Wx[(4,H),D], Wh[(4,H),H], b[(4,H)]
z[n,t,(k,j)] = sum(i, x[n,t,i]*Wx[(k,j),i]) + sum(m, h[n,t-1,m]*Wh[(k,j),m]) + b[(k,j)]
c[n,t,j] = sigmoid(z[n,t,(1,j)])*c[n,t-1,j] + sigmoid(z[n,t,(0,j)])*tanh(z[n,t,(2,j)])
h[n,t,j] = sigmoid(z[n,t,(3,j)])*tanh(c[n,t,j])
h[n,-1,j] = h0[n,j]
c[n,-1,j] = c0[n,j]
target y[N,H]
C = sum(n, j, (h[n,T-1,j] - y[n,j])**2)/N
""",
    "cross_entropy": """
input  z[N,K]
label  t[N] < K
m[n] = max(k, z[n,k])
l[n] = m[n] + log(sum(k, exp(z[n,k] - m[n])))
C = mean(n, l[n] - z[n,t[n]])
""",
    "dropout": """
input  x[N,D]
mask   m[N,D]
const  r > 0
y[n,d] = x[n,d]*m[n,d]/r
""",
    "info_nce": """
input  q[N,D], k[N,D]
const  tau > 0
index  j < N
s[i,j] = sum(d, q[i,d]*k[j,d])/tau
C = mean(i, log(sum(j, exp(s[i,j]))) - s[i,i])
""",
    "residual": """
input  x[N,D]
param  W[D,H], V[H,D]
a[n,h] = relu(sum(d, x[n,d]*W[d,h]))
y[n,d] = x[n,d] + sum(h, a[n,h]*V[h,d])
""",
    "logistic": """
input  x[N,D]
param  w[D], b
target y[N]
z[n] = sum(d, w[d]*x[n,d]) + b
p[n] = sigmoid(z[n])
C = -mean(n, y[n]*log(p[n]) + (1 - y[n])*log(1 - p[n]))
""",
    "softmax_mlp": """
input  x[N,D]
param  W1[D,H], b1[H], W2[H,K], b2[K]
label  t[N] < K
z1[n,j] = sum(i, x[n,i]*W1[i,j]) + b1[j]
a1[n,j] = relu(z1[n,j])
z2[n,k] = sum(j, a1[n,j]*W2[j,k]) + b2[k]
p[n,k] = exp(z2[n,k])/sum(k2, exp(z2[n,k2]))
C = -mean(n, log(p[n,t[n]]))
""",
    "recurrent": """
input  x[T,D], h0[H]
param  U[D,H], W[H,H], b[H]
h[t,j] = tanh(sum(i, x[t,i]*U[i,j]) + sum(k, h[t-1,k]*W[k,j]) + b[j])
h[-1,j] = h0[j]
C = sum(j, h[T-1,j]**2)
""",
    "backwards": """
# an adjoint written as a formula: it runs from the last step to the first
input  g[T]
param  w
dh[t] = g[t] + w*dh[t+1]
dh[T] = 0
C = sum(t, dh[t]**2)
""",
    "flatten": """
input  x[N,A,H,W]
param  V[(A,H,W),M]
f[n,(a,h,w)] = x[n,a,h,w]
y[n,j] = sum(a, h, w, f[n,(a,h,w)]*V[(a,h,w),j])
""",
    "hard_choice": """
input  z[N,K]
param  W[K,D]
k[n] = argmax(j, z[n,j])
y[n,d] = W[k[n],d]*maximum(z[n,k[n]], 0) + minimum(W[0,d], 1/2)
""",
    "positions": """
# indices and sizes as numbers, comparisons as 0/1, literal sizes
input  x[3,D]
y[s,d] = x[s,d]*(s != 1) + s*d/(D + 2) + (s == d)
C = sum(s, d, y[s,d]**2)/(3*D)
""",
}
