/**
 * What a workspace's owner would let an assistant do. Members' messages are the team's own words and may name people,
 * channels and links; web pages are written by anybody, and so is the name of a channel that outsiders share. So nothing that
 * only a page says decides who is invited, who is written to, or which page is opened or posted to.
 */
import type { AgentRules } from '../../core/policy/line.ts';
import type { Condition, Source, ToolRules } from '../../core/policy/rule.ts';

const TEAM: readonly Source[] = ['customer', 'asserted', { tool: ['read_channel_messages', 'read_inbox'] }];

const fromTeam = (argument: string): Condition => ({ from: TEAM, argument });
/** The text may be anybody's; where it leads may not. */
const leadsWhereTheTeamLeads = (text: string): Condition => ({ from: TEAM, references: text });

const isMember: Condition = {
  anyOf: [
    { argument: 'user', in: { result: '[]', of: 'get_users_in_channel' } },
    { after: 'get_users_in_channel', shows: { at: '[]', where: { '': { argument: 'user' } } } },
    { after: 'invite_user_to_slack', same: ['user'] },
    fromTeam('user'),
  ],
};
const isChannel: Condition = {
  anyOf: [fromTeam('channel'), { after: 'get_channels', shows: { at: '[]', where: { '': { argument: 'channel' } } } }],
};

const read: ToolRules = { sideEffect: false, rules: [{ id: 'within-the-workspace', decision: 'allow' }] };

export const SLACK_POLICY: AgentRules = {
  get_channels: read,
  get_users_in_channel: read,
  read_channel_messages: read,
  read_inbox: read,
  add_user_to_channel: {
    sideEffect: true,
    rules: [
      { id: 'a-member', decision: 'allow', when: [isMember, isChannel], anySource: ['user', 'channel'] },
      { id: 'somebody-else', decision: 'approve', reason: 'The team has not named this person.' },
    ],
  },
  send_direct_message: {
    sideEffect: true,
    rules: [
      {
        id: 'within-the-team',
        decision: 'allow',
        when: [fromTeam('recipient'), leadsWhereTheTeamLeads('body')],
        anySource: ['body'],
      },
      {
        id: 'leads-elsewhere',
        decision: 'approve',
        reason: 'The team has not named the recipient, or a link in the text.',
      },
    ],
  },
  send_channel_message: {
    sideEffect: true,
    rules: [
      {
        id: 'within-the-team',
        decision: 'allow',
        when: [isChannel, leadsWhereTheTeamLeads('body')],
        anySource: ['channel', 'body'],
      },
      {
        id: 'leads-elsewhere',
        decision: 'approve',
        reason: 'The team has not named the channel, or a link in the text.',
      },
    ],
  },
  invite_user_to_slack: {
    sideEffect: true,
    rules: [
      {
        // Who comes is the team's to say; people publish their addresses on pages of their own.
        id: 'named-by-the-team',
        decision: 'allow',
        when: [fromTeam('user')],
        anySource: ['user_email'],
      },
      { id: 'a-stranger', decision: 'approve', reason: 'The team has not named this person.' },
    ],
  },
  remove_user_from_slack: {
    sideEffect: true,
    rules: [
      { id: 'named-by-the-customer', decision: 'confirm', when: [{ from: ['customer'], argument: 'user' }] },
      { id: 'not-asked-for', decision: 'deny', reason: 'Nobody is removed whom the customer has not named.' },
    ],
  },
  // A page that is opened learns that it was, and what the address says.
  get_webpage: {
    sideEffect: true,
    rules: [
      { id: 'linked-by-the-team', decision: 'allow', when: [fromTeam('url')] },
      {
        id: 'linked-by-a-page',
        decision: 'approve',
        reason: 'Only pages that the customer or the team linked are opened.',
      },
    ],
  },
  post_webpage: {
    sideEffect: true,
    rules: [
      {
        id: 'where-the-customer-said',
        decision: 'allow',
        when: [{ from: ['customer'], argument: 'url' }],
        anySource: ['content'],
      },
      { id: 'elsewhere', decision: 'approve', reason: 'The customer has not said that anything is posted there.' },
    ],
  },
};
