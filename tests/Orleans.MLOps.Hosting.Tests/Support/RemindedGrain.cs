namespace Orleans.MLOps.Hosting.Tests.Support;

[Alias("tests.reminded-grain")]
internal interface IRemindedGrain : IGrainWithStringKey
{
    [Alias("remind")]
    Task RemindAsync(string name);

    [Alias("list")]
    Task<string[]> ListAsync();
}

internal sealed class RemindedGrain : Grain, IRemindedGrain, IRemindable
{
    public Task RemindAsync(string name) => this.RegisterOrUpdateReminder(name, TimeSpan.FromDays(7), TimeSpan.FromDays(7));

    public async Task<string[]> ListAsync() => [.. (await this.GetReminders()).Select(reminder => reminder.ReminderName)];

    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;
}
