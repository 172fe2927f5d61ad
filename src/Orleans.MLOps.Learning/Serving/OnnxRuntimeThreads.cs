using Microsoft.ML.OnnxRuntime;

namespace Orleans.MLOps.Learning.Serving;

/// <summary>
/// The one place that bounds ONNX Runtime's threads: every session of the process shares one pool. Callers run small batches on
/// their own threads, so the pool only matters for large ones.
/// </summary>
public static class OnnxRuntimeThreads
{
    private static readonly Lock Gate = new();
    private static int _threads = 1;
    private static bool _started;
    private static bool _sharedPool;

    /// <summary>
    /// Threads that one scoring call may use, the caller's own included. Default: 1, which is fastest for small networks and
    /// leaves the cores to concurrent callers. Must be set before the first model is loaded.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [1, 1024].</exception>
    /// <exception cref="InvalidOperationException">A model has been loaded already.</exception>
    public static int IntraOp
    {
        get
        {
            lock (Gate)
                return _threads;
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1024);
            lock (Gate)
            {
                if (_started && value != _threads)
                    throw new InvalidOperationException(
                        $"ONNX Runtime already runs with {_threads} threads; set {value} before the first model is loaded.");
                _threads = value;
            }
        }
    }

    internal static SessionOptions CreateSessionOptions()
    {
        lock (Gate)
        {
            Start();
            var options = new SessionOptions
            {
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
                ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            };
            if (_sharedPool)
                options.DisablePerSessionThreads();
            else
                options.IntraOpNumThreads = _threads;
            return options;
        }
    }

    private static void Start()
    {
        if (_started)
            return;
        _started = true;
        if (OrtEnv.IsCreated)
            return;
        using var threading = new OrtThreadingOptions
        {
            GlobalIntraOpNumThreads = _threads,
            GlobalInterOpNumThreads = 1,
            GlobalSpinControl = false,
        };
        var creation = new EnvironmentCreationOptions
        {
            logId = "Orleans.MLOps",
            logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            threadOptions = threading,
        };
        OrtEnv.CreateInstanceWithOptions(ref creation);
        _sharedPool = true;
    }
}
