namespace Orleans.MLOps.Hosting.Tests.Support;

/// <summary>A grain of the team that hosts the platform, keeping its state where the platform's grains keep theirs.</summary>
public interface INoteGrain : IGrainWithStringKey
{
    Task Write(string text);

    Task<string?> Read();
}

[GenerateSerializer, Alias("hosting-tests.note-state")]
public sealed class NoteState
{
    [Id(0)]
    public string? Text { get; set; }
}

public sealed class NoteGrain([PersistentState("hosting-tests-note", "mlops")] IPersistentState<NoteState> state) : Grain, INoteGrain
{
    public Task Write(string text)
    {
        state.State.Text = text;
        return state.WriteStateAsync();
    }

    public Task<string?> Read() => Task.FromResult(state.State.Text);
}
