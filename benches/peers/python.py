"""PyTorch, TensorFlow, JAX and ONNX Runtime on the workloads.

python.py models              writes the ONNX models, for tract too
python.py NAME THREADS [WORD]  measures `torch`, `tensorflow`, `jax`, `jax_scan` or `onnxruntime`; workloads with the word alone
"""

import os
import statistics
import sys
import time

import networks
import numpy as np

TRAIN = [("784-10-10", 32), ("784-128-10", 32), ("784-128-10", 128), ("784-512-512-10", 128), ("784-512-512-10", 256)]
INFER = [(name, batch) for name in ("784-10-10", "784-128-10", "784-512-512-10") for batch in (1, 256)]


def sizes(name):
    return [int(size) for size in name.split("-")]


def images(batch):
    return np.random.default_rng(1).uniform(-1, 1, (batch, 784)).astype(np.float32)


def parameters(name):
    rng = np.random.default_rng(2)
    pairs = zip(sizes(name), sizes(name)[1:])
    return [(rng.normal(0, i**-0.5, (o, i)).astype(np.float32), np.zeros(o, np.float32)) for i, o in pairs]


READ = "GRU 32-64 over 32 steps, dense 10, batch 32"
STEP = "one step of a GRU 32-64, one sample"


# 28×28 pixels, convolutions of 3×3 with a pool after each
PHOTOS = "CNN 1-8-16-10"


def filters():
    """Of both convolutions, and the dense layer."""
    rng = np.random.default_rng(2)
    shapes = [(8, 1, 3, 3), (16, 8, 3, 3), (10, 400)]
    return [rng.normal(0, np.prod(shape[1:]) ** -0.5, shape).astype(np.float32) for shape in shapes]


def sequences(batch=32):
    return np.random.default_rng(1).uniform(-1, 1, (batch, 32, 32)).astype(np.float32)


def measure(workload, work, steps=1):
    """Prints the median and the fastest time of one step; a call of `work` makes `steps` of them."""
    if len(sys.argv) > 3 and sys.argv[3] not in workload:
        return
    start, calls = time.perf_counter(), 0
    while time.perf_counter() - start < 0.1 or calls < 3:
        work()
        calls += 1
    each, samples = max(calls // 50, 1), []
    for _ in range(101 if steps == 1 else 15):
        start = time.perf_counter()
        for _ in range(each):
            work()
        samples.append((time.perf_counter() - start) * 1e6 / each / steps)
    print(f"{workload}\t{statistics.median(samples):.4f}\t{min(samples):.4f}", flush=True)


def label(name, batch):
    return f"infer {name}, " + ("one sample" if batch == 1 else f"batch {batch}")


def torch(threads):
    import torch

    torch.set_num_threads(threads)

    def network(name):
        layers = []
        for weight, bias in parameters(name):
            layer = torch.nn.Linear(*weight.shape[::-1])
            layer.weight.data, layer.bias.data = torch.tensor(weight), torch.tensor(bias)
            layers += [layer, torch.nn.ReLU()]
        return torch.nn.Sequential(*layers[:-1])

    for name, batch in TRAIN:
        net = network(name)
        adam = torch.optim.Adam(net.parameters(), 1e-4, fused=True)
        x, targets = torch.tensor(images(batch)), torch.arange(batch) % 10

        def step():
            adam.zero_grad()
            torch.nn.functional.cross_entropy(net(x), targets).backward()
            adam.step()

        measure(f"train {name}, batch {batch}", step)
    gru, dense = torch.nn.GRU(32, 64, batch_first=True), torch.nn.Linear(64, 10)
    adam = torch.optim.Adam([*gru.parameters(), *dense.parameters()], 1e-4, fused=True)
    x, targets = torch.tensor(sequences()), torch.arange(32) % 10

    def step():
        adam.zero_grad()
        torch.nn.functional.cross_entropy(dense(gru(x)[0][:, -1]), targets).backward()
        adam.step()

    measure(f"train {READ}", step)
    with torch.inference_mode():
        cell, x, state = torch.nn.GRUCell(32, 64), torch.tensor(sequences(1)[:, 0]), [torch.zeros(1, 64)]

        def step():
            state[0] = cell(x, state[0])

        measure(STEP, step)
        for name, batch in INFER:
            net, x = torch.nn.Sequential(*network(name), torch.nn.Softmax(1)).eval(), torch.tensor(images(batch))
            measure(label(name, batch), lambda: net(x))
    networks.torch(measure)


def tensorflow(threads):
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    first, second, dense = filters()  # channels last, which is what it is fast with
    params = [tf.Variable(a) for a in (first.transpose(2, 3, 1, 0), second.transpose(2, 3, 1, 0), dense.T)]
    params += [tf.Variable(tf.zeros(size)) for size in (8, 16, 10)]
    adam = tf.keras.optimizers.Adam(1e-4)
    adam.build(params)

    def network(x):
        for kernel, bias in zip(params[:2], params[3:]):
            x = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, kernel, 1, "VALID"), bias))
            x = tf.nn.max_pool2d(x, 2, 2, "VALID")
        return tf.matmul(tf.reshape(x, (-1, 400)), params[2]) + params[5]

    x, targets = tf.constant(images(32).reshape(32, 28, 28, 1)), tf.range(32) % 10

    @tf.function
    def step(x, targets):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(targets, network(x)))
        adam.apply(tape.gradient(loss, params), params)
        return loss

    measure(f"train {PHOTOS}, batch 32", lambda: step(x, targets).numpy())
    infer, one = tf.function(lambda x: tf.nn.softmax(network(x))), tf.constant(images(1).reshape(1, 28, 28, 1))
    measure(label(PHOTOS, 1), lambda: infer(one).numpy())
    networks.tensorflow(tf, measure)


def jax_setup(threads):
    os.environ["JAX_PLATFORMS"] = "cpu"
    if threads == 1:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    import jax

    return jax


def jax_step(jax, name, batch):
    """A step of training, what it changes, and its batch."""
    jnp = jax.numpy

    def dense(params, x):
        for i, (weight, bias) in enumerate(params):
            x = x @ weight + bias
            x = jax.nn.relu(x) if i + 1 < len(params) else x
        return x

    def read(params, x):
        (w_ih, b_ih), (w_hh, b_hh), (weight, bias) = params

        def cell(h, a):
            m = h @ w_hh + b_hh
            r, z = jax.nn.sigmoid(a[:, :64] + m[:, :64]), jax.nn.sigmoid(a[:, 64:128] + m[:, 64:128])
            n = jnp.tanh(a[:, 128:] + r * m[:, 128:])
            return (1 - z) * n + z * h, None

        h, _ = jax.lax.scan(cell, jnp.zeros((len(x), 64)), jnp.swapaxes(x @ w_ih + b_ih, 0, 1))
        return h @ weight + bias

    forward = read if name == READ else dense

    if name == READ:
        params = [parameters(f"{i}-{o}")[0] for i, o in [(32, 192), (64, 192), (64, 10)]]
        data = sequences()
    else:
        params, data = parameters(name), images(batch)
    params = [(jnp.asarray(weight.T), jnp.asarray(bias)) for weight, bias in params]
    step, state = networks.jax_adam(jax, forward), networks.jax_state(jax, params)
    return forward, step, state, (jnp.asarray(data), jnp.arange(batch) % 10)


def jax(threads):
    jax = jax_setup(threads)
    for name, batch in [*TRAIN, (READ, 32)]:
        _, step, state, data = jax_step(jax, name, batch)
        step = jax.jit(step, donate_argnums=0)
        state = [state]

        def work():
            state[0], value = step(state[0], *data)
            value.block_until_ready()

        measure(f"train {name}" if name == READ else f"train {name}, batch {batch}", work)
    for name, batch in INFER:
        forward, _, state, data = jax_step(jax, name, batch)
        infer = jax.jit(lambda params, x: jax.nn.softmax(forward(params, x)))
        measure(label(name, batch), lambda: infer(state[0], data[0]).block_until_ready())
    networks.jax(jax, measure)


def jax_scan(threads):
    """Many steps in one call, over batches that are there already: what JAX can do at best."""
    jax = jax_setup(threads)
    for name, batch in [*TRAIN, (READ, 32)]:
        _, step, state, (x, targets) = jax_step(jax, name, batch)
        count = 64 if "512" not in name else 8
        xs, ts = jax.numpy.stack([x] * count), jax.numpy.stack([targets] * count)
        run = jax.jit(lambda state, xs, ts: jax.lax.scan(lambda s, b: step(s, *b), state, (xs, ts)), donate_argnums=0)
        state = [state]

        def work():
            state[0], values = run(state[0], xs, ts)
            values.block_until_ready()

        measure(f"train {name}" if name == READ else f"train {name}, batch {batch}", work, count)


def models():
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    os.makedirs("models", exist_ok=True)
    for name, batch in INFER:
        nodes, tensors, value, params = [], [], "x", parameters(name)
        for i, (weight, bias) in enumerate(params):
            tensors += [numpy_helper.from_array(weight, f"w{i}"), numpy_helper.from_array(bias, f"b{i}")]
            nodes.append(helper.make_node("Gemm", [value, f"w{i}", f"b{i}"], [f"z{i}"], transB=1))
            last = i + 1 == len(params)
            nodes.append(helper.make_node("Softmax" if last else "Relu", [f"z{i}"], [f"y{i}"]))
            value = f"y{i}"
        x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [batch, 784])
        y = helper.make_tensor_value_info(value, TensorProto.FLOAT, [batch, 10])
        graph = helper.make_graph(nodes, name, [x], [y], tensors)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
        onnx.save(model, f"models/{name}-{batch}.onnx")


    nodes = [
        helper.make_node("Conv", ["x", "w0", "b0"], ["z0"]),
        helper.make_node("Relu", ["z0"], ["y0"]),
        helper.make_node("MaxPool", ["y0"], ["p0"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Conv", ["p0", "w1", "b1"], ["z1"]),
        helper.make_node("Relu", ["z1"], ["y1"]),
        helper.make_node("MaxPool", ["y1"], ["p1"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["p1"], ["f"]),
        helper.make_node("Gemm", ["f", "w2", "b2"], ["z2"], transB=1),
        helper.make_node("Softmax", ["z2"], ["y"]),
    ]
    tensors = [numpy_helper.from_array(weight, f"w{i}") for i, weight in enumerate(filters())]
    tensors += [numpy_helper.from_array(np.zeros(len(w), np.float32), f"b{i}") for i, w in enumerate(filters())]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, 28, 28])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 10])
    graph = helper.make_graph(nodes, "photos", [x], [y], tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, f"models/{PHOTOS}-1.onnx")


def onnxruntime(threads):
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    for name, batch in [*INFER, (PHOTOS, 1)]:
        session = ort.InferenceSession(f"models/{name}-{batch}.onnx", options, providers=["CPUExecutionProvider"])
        # bound once: inputs and outputs are neither looked up nor allocated in each call
        binding = session.io_binding()
        x = images(batch).reshape(session.get_inputs()[0].shape)
        binding.bind_ortvalue_input("x", ort.OrtValue.ortvalue_from_numpy(x))
        out = ort.OrtValue.ortvalue_from_numpy(np.zeros((batch, 10), np.float32))
        binding.bind_ortvalue_output(session.get_outputs()[0].name, out)
        measure(label(name, batch), lambda: session.run_with_iobinding(binding))
    networks.onnxruntime(ort, options, measure)


if __name__ == "__main__":
    if sys.argv[1] == "models":
        models()
    else:
        globals()[sys.argv[1]](int(sys.argv[2]))
