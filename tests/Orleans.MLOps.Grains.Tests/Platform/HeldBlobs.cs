using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Grains.Tests.Platform;

/// <summary>A blob store whose chosen blobs open when the test says so.</summary>
public class HeldBlobs : DispatchProxy
{
    private readonly ConcurrentDictionary<string, (TaskCompletionSource Asked, TaskCompletionSource Opens)> _held = new();
    private readonly ConcurrentDictionary<string, int> _lost = new();
    private IBlobStore _inner = null!;

    /// <summary>Puts it in front of the silo's blob store.</summary>
    public static void Decorate(IServiceCollection services)
    {
        var inner = services.Last(service => service.ServiceType == typeof(IBlobStore));
        services.AddSingleton(provider =>
        {
            var held = Create<IBlobStore, HeldBlobs>();
            ((HeldBlobs)(object)held)._inner = (IBlobStore)(inner.ImplementationInstance ?? inner.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!));
            return held;
        });
    }

    /// <summary>Holds a blob back.</summary>
    /// <returns>Completes when somebody asks for it.</returns>
    public Task HoldAsync(string digest) => _held.GetOrAdd(digest, _ => (new(TaskCreationOptions.RunContinuationsAsynchronously), new(TaskCreationOptions.RunContinuationsAsynchronously))).Asked.Task;

    /// <summary>A blob is missing from now on.</summary>
    public void Lose(string digest) => _lost[digest] = 0;

    public void Find(string digest) => _lost.TryRemove(digest, out _);

    /// <summary>How often a lost blob was asked for.</summary>
    public int AsksFor(string digest) => _lost[digest];

    public void Open(string digest)
    {
        if (_held.TryRemove(digest, out var held))
        {
            held.Opens.SetResult();
        }
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == nameof(IBlobStore.OpenReadAsync) && _lost.ContainsKey((string)args![0]!))
        {
            _lost.AddOrUpdate((string)args[0]!, 1, (_, asks) => asks + 1);
            throw new NotFoundException($"Blob {args[0]} is lost.", "digest");
        }

        if (targetMethod.Name == nameof(IBlobStore.OpenReadAsync) && _held.TryGetValue((string)args![0]!, out var held))
        {
            held.Asked.TrySetResult();
            return OpenLaterAsync(held.Opens.Task, (string)args[0]!);
        }

        return targetMethod.Invoke(_inner, args);
    }

    private async Task<Stream> OpenLaterAsync(Task opens, string digest)
    {
        await opens;
        return await _inner.OpenReadAsync(digest);
    }
}
